-- One row per shop: the time of the last load that a build has read, and the time of the newest
-- order. Future orders do not count.
with

built as (

    select max(read_at) as built_at
    from ecommerce_run_log
    where model = 'ECommerce_Transaction'

),

orders as (

    select
        id_shop,
        max(ordered_at) filter (where ordered_at <= now()) as ordered_until
    from ecommerce_transactions_enriched
    group by id_shop

)

select
    coalesce(shops.shop_id, orders.id_shop) as shop,
    case
        when built.built_at is not null then least(shops.loaded_at, built.built_at)
    end as loaded_at,
    orders.ordered_until
from {staging}.stg_ecommerce__shops as shops
full outer join orders
    on shops.shop_id = orders.id_shop
cross join built
order by 1

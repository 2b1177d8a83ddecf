-- One row per shop, day (before days_from: month) and product; those that never were among the
-- largest are one, without a key. What is no product has the key of an empty text.
with

sums as (

    select
        coalesce(id_product, '') as id_product,
        sum(gross_amount) as gross_amount,
        sum(gross_amount) filter (where ordered_on > %(recent_from)s) as recent_amount
    from ecommerce_product_sales_daily
    group by 1

),

ranked as (

    select
        id_product,
        rank() over (order by gross_amount desc nulls last, id_product) as place,
        rank() over (order by recent_amount desc nulls last, id_product) as recent_place
    from sums

)

select
    sales.id_shop as shop,
    case
        when sales.ordered_on < %(days_from)s
            then cast(date_trunc('month', sales.ordered_on) as date)
        else sales.ordered_on
    end as day,
    ranked.id_product as product,
    sum(sales.sold_unit_count) as sold_unit_count,
    sum(sales.returned_unit_count) as returned_unit_count,
    sum(sales.gross_amount) as gross_amount,
    sum(sales.net_amount) as net_amount
from ecommerce_product_sales_daily as sales
left join ranked
    on coalesce(sales.id_product, '') = ranked.id_product
    and (
        ranked.place <= %(most)s or ranked.recent_place <= %(most)s or ranked.id_product = ''
    )
group by 1, 2, 3
order by 1, 2, 3

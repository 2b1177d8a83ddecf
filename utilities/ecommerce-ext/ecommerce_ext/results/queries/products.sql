-- One row per shop, day (before days_from: month) and product. All products that were never among
-- the largest, of a shop or of all shops, share one row without a key.
-- Amounts without a product have an empty key.
with

-- Sums per shop, and over all shops: id_shop is null.
sums as (

    select
        id_shop,
        coalesce(id_product, '') as id_product,
        sum(gross_amount) as gross_amount,
        sum(gross_amount) filter (where reported_on > %(recent_from)s) as recent_amount
    from ecommerce_product_sales_daily
    group by grouping sets ((id_shop, coalesce(id_product, '')), (coalesce(id_product, '')))

),

ranked as (

    select
        id_product,
        rank() over (
            partition by id_shop
            order by gross_amount desc nulls last, id_product
        ) as place,
        rank() over (
            partition by id_shop
            order by recent_amount desc nulls last, id_product
        ) as recent_place,
        case when id_shop is null then %(most)s else %(most_of_shop)s end as most
    from sums

),

largest as (

    select distinct id_product
    from ranked
    where
        place <= most
        or recent_place <= most
        or id_product = ''

)

select
    sales.id_shop as shop,
    case
        when sales.reported_on > %(last)s then null
        when sales.reported_on < %(days_from)s
            then cast(date_trunc('month', sales.reported_on) as date)
        else sales.reported_on
    end as day,
    largest.id_product as product,
    sum(sales.sold_unit_count) as sold_unit_count,
    sum(sales.returned_unit_count) as returned_unit_count,
    sum(sales.gross_amount) as gross_amount,
    sum(sales.net_amount) as net_amount
from ecommerce_product_sales_daily as sales
left join largest
    on coalesce(sales.id_product, '') = largest.id_product
group by 1, 2, 3
order by 1, 2, 3

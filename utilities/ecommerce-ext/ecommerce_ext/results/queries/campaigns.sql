-- One row per shop, day (before days_from: month) and campaign. All campaigns that were never among
-- the largest, of a shop or of all shops, share one row without a key.
with

-- Sums per shop, and over all shops: id_shop is null.
sums as (

    select
        id_shop,
        campaign_key,
        sum(gross_amount) as gross_amount,
        sum(gross_amount) filter (where ordered_on > %(recent_from)s) as recent_amount
    from ecommerce_campaign_sales_daily
    group by grouping sets ((id_shop, campaign_key), (campaign_key))

),

ranked as (

    select
        campaign_key,
        rank() over (
            partition by id_shop
            order by gross_amount desc nulls last, campaign_key
        ) as place,
        rank() over (
            partition by id_shop
            order by recent_amount desc nulls last, campaign_key
        ) as recent_place,
        case when id_shop is null then %(most)s else %(most_of_shop)s end as most
    from sums

),

largest as (

    select distinct campaign_key
    from ranked
    where
        place <= most
        or recent_place <= most
        or campaign_key = 'unattributed'

)

select
    sales.id_shop as shop,
    case
        when sales.ordered_on > %(last)s then null
        when sales.ordered_on < %(days_from)s
            then cast(date_trunc('month', sales.ordered_on) as date)
        else sales.ordered_on
    end as day,
    largest.campaign_key as campaign,
    sum(sales.order_count) as order_count,
    sum(sales.unconverted_order_count) as unconverted_order_count,
    sum(sales.gross_amount) as gross_amount,
    sum(sales.discount_amount) as discount_amount,
    sum(sales.net_amount) as net_amount
from ecommerce_campaign_sales_daily as sales
left join largest
    on sales.campaign_key = largest.campaign_key
group by 1, 2, 3
order by 1, 2, 3

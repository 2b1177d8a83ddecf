-- One row per shop, day (before days_from: month) and campaign; those that never were among the
-- largest are one, without a key.
with

sums as (

    select
        campaign_key,
        sum(gross_amount) as gross_amount,
        sum(gross_amount) filter (where ordered_on > %(recent_from)s) as recent_amount
    from ecommerce_campaign_sales_daily
    group by campaign_key

),

ranked as (

    select
        campaign_key,
        rank() over (order by gross_amount desc nulls last, campaign_key) as place,
        rank() over (order by recent_amount desc nulls last, campaign_key) as recent_place
    from sums

)

select
    sales.id_shop as shop,
    case
        when sales.ordered_on < %(days_from)s
            then cast(date_trunc('month', sales.ordered_on) as date)
        else sales.ordered_on
    end as day,
    ranked.campaign_key as campaign,
    sum(sales.order_count) as order_count,
    sum(sales.unconverted_order_count) as unconverted_order_count,
    sum(sales.gross_amount) as gross_amount,
    sum(sales.discount_amount) as discount_amount,
    sum(sales.net_amount) as net_amount
from ecommerce_campaign_sales_daily as sales
left join ranked
    on sales.campaign_key = ranked.campaign_key
    and (
        ranked.place <= %(most)s
        or ranked.recent_place <= %(most)s
        or ranked.campaign_key = 'unattributed'
    )
group by 1, 2, 3
order by 1, 2, 3

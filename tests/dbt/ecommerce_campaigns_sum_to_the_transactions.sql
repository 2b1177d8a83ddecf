-- Every counted order is earned once: over all campaigns, unattributed among them, orders and
-- amounts are those of the table, refunds taken off.
{%- set marts = ['ecommerce_campaign_performance', 'ecommerce_campaign_sales_daily'] %}
with

expected as (

    select
        count(*) as order_count,
        coalesce(sum("Revenue"), 0) as gross_amount,
        coalesce(sum(
            coalesce("Revenue", 0) - coalesce("Discount", 0) - coalesce("Refund", 0)
        ), 0) as net_amount

    from {{ ref('ECommerce_Transaction') }}
    where
        not "isTest"
        and "dtDeleted" is null

),

found as (

    {%- for mart in marts %}
    select
        '{{ mart }}' as mart,
        coalesce(sum(order_count), 0) as order_count,
        coalesce(sum(gross_amount), 0) as gross_amount,
        coalesce(sum(net_amount), 0) as net_amount

    from {{ ref(mart) }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

methods as (

    select
        campaign_key,
        order_count,
        explicit_order_count + utm_order_count + click_order_count + open_order_count
            as attributed_count

    from {{ ref('ecommerce_campaign_performance') }}

)

select found.mart
from found
inner join expected
    on found.order_count <> expected.order_count
    or found.gross_amount <> expected.gross_amount
    or found.net_amount <> expected.net_amount
union all
select campaign_key
from methods
where attributed_count <> case when campaign_key = 'unattributed' then 0 else order_count end

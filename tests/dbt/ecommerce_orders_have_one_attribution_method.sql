-- Every order has exactly one attribution method. Orders without a campaign are unattributed.
with

methods as (

    select
        campaign_key,
        order_count,
        explicit_order_count + utm_order_count + click_order_count + open_order_count
            as attributed_count

    from {{ ref('shopapp_ecommerce', 'ecommerce_campaign_performance') }}

)

select campaign_key
from methods
where attributed_count <> case when campaign_key = 'unattributed' then 0 else order_count end

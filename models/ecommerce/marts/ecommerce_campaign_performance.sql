{{ config(
    materialized='ecommerce_maintained',
    unique_key=['campaign_key'],
    meta={'scope': {'kind': 'campaign', 'columns': ['campaign_key'], 'with_others': true}},
) }}
{%- set scope = ecommerce_scope() %}
{%- set counts = [
    'explicit_order_count', 'utm_order_count', 'click_order_count', 'open_order_count',
    'order_count', 'cancelled_order_count', 'unconverted_order_count', 'first_order_count',
    'repeat_order_count', 'buyer_count',
] %}

with

campaign_sends as (

    select *
    from {{ ecommerce_rows_in_scope(
        ref('shopapp_ecommerce', 'int_ecommerce__campaign_sends'), ['campaign_key']
    ) }} as sends_in_scope

),

daily_sales as (

    select *
    from {{ ecommerce_rows_in_scope(
        ref('shopapp_ecommerce', 'ecommerce_campaign_sales_daily'), ['campaign_key']
    ) }} as sales_in_scope

),

daily_orders as (

    select *
    from {{ ecommerce_rows_in_scope(
        ref('shopapp_ecommerce', 'int_ecommerce__campaign_orders_daily'), ['campaign_key']
    ) }} as orders_in_scope

),

-- The row for unattributed orders exists even if there are no such orders.
always as (

    select *
    from {{ ecommerce_rows_in_scope(
        "(select cast('unattributed' as " ~ ecommerce_type('text') ~ ") as campaign_key)",
        ['campaign_key']
    ) }} as always_in_scope

),

sales as (

    select
        campaign_key,
        max({{ ecommerce_text_order('campaign_name') }}) as campaign_name,
        max({{ ecommerce_text_order('campaign_channel') }}) as campaign_channel,
        max({{ ecommerce_text_order('campaign_source') }}) as campaign_source,
        max(id_batch) as id_batch,
        {%- for name in counts[4:-1] %}
        cast(sum({{ name }}) as {{ ecommerce_type('integer') }}) as {{ name }},
        {%- endfor %}
        {%- for name in ecommerce_unit_names() %}
        sum({{ name }}) as {{ name }},
        {%- endfor %}
        {%- for name in ecommerce_order_amount_names() %}
        sum({{ name }}) as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}

    from daily_sales
    group by campaign_key

),

orders as (

    select
        campaign_key,
        {%- for name in counts[:4] %}
        cast(sum({{ name }}) as {{ ecommerce_type('integer') }}) as {{ name }},
        {%- endfor %}
        cast(sum(new_buyer_count) as {{ ecommerce_type('integer') }}) as buyer_count

    from daily_orders
    group by campaign_key

),

keys as (

    select campaign_key from always
    union
    select campaign_key from sales
    union
    select campaign_key from campaign_sends

),

computed as (

    select
        keys.campaign_key,
        coalesce(campaign_sends.campaign_name, sales.campaign_name) as campaign_name,
        coalesce(campaign_sends.campaign_channel, sales.campaign_channel) as campaign_channel,
        sales.campaign_source,
        coalesce(sales.id_batch, campaign_sends.id_batch) as id_batch,
        {%- for name in counts %}
        coalesce(
            {{ 'orders' if name in counts[:4] + counts[-1:] else 'sales' }}.{{ name }}, 0
        ) as {{ name }},
        {%- endfor %}
        {%- for amount in ecommerce_order_amount_names() %}
        coalesce(sales.{{ amount }}, {{ ecommerce_zero('sum') }}) as {{ amount }},
        {%- endfor %}
        {%- for units in ecommerce_unit_names() %}
        coalesce(sales.{{ units }}, {{ ecommerce_zero('quantity_sum') }}) as {{ units }},
        {%- endfor %}
        campaign_sends.first_sent_at,
        campaign_sends.recipient_count,
        campaign_sends.clicker_count

    from keys
    left join sales
        on keys.campaign_key = sales.campaign_key
    left join orders
        on keys.campaign_key = orders.campaign_key
    left join campaign_sends
        on keys.campaign_key = campaign_sends.campaign_key

),

-- The other campaigns are as they were, except for their share and whether they are ambiguous.
campaigns as (

    select * from computed
    {%- if scope %}
    union all
    select
        existing.campaign_key,
        {%- for name in ['campaign_name', 'campaign_channel', 'campaign_source', 'id_batch'] + counts %}
        existing.{{ name }},
        {%- endfor %}
        {%- for name in ecommerce_order_amount_names() %}
        existing.{{ name }},
        {%- endfor %}
        {%- for name in ecommerce_unit_names() %}
        existing.{{ name }},
        {%- endfor %}
        existing.first_sent_at,
        existing.recipient_count,
        existing.clicker_count

    from {{ this }} as existing
    left join {{ ecommerce_scope_name() }} as scope
        on existing.campaign_key = scope.campaign_key
    where scope.campaign_key is null
    {%- endif %}

),

campaign_mentions as (

    select
        id_batch,
        channel,
        campaign_name

    from {{ ref('shopapp_ecommerce', 'int_ecommerce__campaign_mentions') }}
    where campaign_name is not null

),

campaign_names as (

    select distinct
        {{ ecommerce_campaign_key('id_batch', 'channel', 'null', 'campaign_name') }}
            as campaign_key,
        {{ ecommerce_campaign_key('null', 'channel', 'null', 'campaign_name') }} as name_key

    from campaign_mentions

),

-- Several campaigns can have the same channel and name. An order that reports only channel and
-- name cannot be assigned to one of them.
ambiguous_campaigns as (

    select distinct campaign_names.campaign_key

    from campaign_names
    inner join campaign_names as other_names
        on campaign_names.name_key = other_names.name_key
        and campaign_names.campaign_key <> other_names.campaign_key
    inner join campaigns
        on campaign_names.name_key = campaigns.campaign_key
    where campaigns.utm_order_count + campaigns.explicit_order_count > 0

),

with_total as (

    select
        campaigns.*,
        {{ ecommerce_currency() }} as currency,
        sum(campaigns.gross_amount) over () as total_gross_amount,
        ambiguous_campaigns.campaign_key is not null as is_ambiguous

    from campaigns
    left join ambiguous_campaigns
        on campaigns.campaign_key = ambiguous_campaigns.campaign_key

),

with_ratios as (

    select
        with_total.*,
        {{ ecommerce_order_ratios() }},
        {{ ecommerce_quotient('gross_amount', 'total_gross_amount', 6) }} as gross_share,
        case
            when not is_ambiguous
                then {{ ecommerce_quotient('order_count', 'recipient_count', 6) }}
        end as conversion_rate,
        case
            when not is_ambiguous
                then {{ ecommerce_quotient('order_count', 'clicker_count', 6) }}
        end as click_conversion_rate,
        case
            when not is_ambiguous
                then {{ ecommerce_quotient('net_amount', 'recipient_count', 4) }}
        end as revenue_per_recipient_amount

    from with_total

)

{{ ecommerce_typed_rows('with_ratios') }}

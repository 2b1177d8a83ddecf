with

transactions as (

    select * from {{ ref('shopapp_ecommerce', 'ecommerce_transactions_enriched') }}
    where is_counted

),

interactions as (

    select * from {{ ref('shopapp_ecommerce', 'int_ecommerce__interactions') }}

),

attributed_sales as (

    select
        campaign_key,
        max({{ ecommerce_text_order('campaign_name') }}) as campaign_name,
        max({{ ecommerce_text_order('campaign_channel') }}) as campaign_channel,
        max({{ ecommerce_text_order('campaign_source') }}) as campaign_source,
        max(id_batch) as id_batch,
        {%- for method in ['explicit', 'utm', 'click', 'open'] %}
        count(*) filter (where attribution_method = '{{ method }}') as {{ method }}_order_count,
        {%- endfor %}
        {{ ecommerce_order_metrics() }}

    from transactions
    group by campaign_key

),

-- The row for unattributed orders exists even if there are no such orders.
with_unattributed as (

    select *
    from attributed_sales
    full outer join (select 'unattributed' as campaign_key) as always
        using (campaign_key)

),

campaign_sends as (

    select
        campaign_key,
        max({{ ecommerce_text_order('campaign_name') }}) as campaign_name,
        max({{ ecommerce_text_order('channel') }}) as campaign_channel,
        max(id_batch) as id_batch,
        min(happened_at) filter (where interaction_type = 'sent') as first_sent_at,
        nullif(count(distinct case when interaction_type = 'sent' then id_contact end), 0)
            as recipient_count,
        nullif(count(distinct case when interaction_type = 'click' then id_contact end), 0)
            as clicker_count

    from interactions
    group by campaign_key

),

campaign_mentions as (

    select distinct
        id_batch,
        channel,
        campaign_name

    from interactions
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
    inner join attributed_sales
        on campaign_names.name_key = attributed_sales.campaign_key
    where attributed_sales.utm_order_count + attributed_sales.explicit_order_count > 0

),

joined as (

    select
        coalesce(with_unattributed.campaign_key, campaign_sends.campaign_key) as campaign_key,
        coalesce(campaign_sends.campaign_name, with_unattributed.campaign_name) as campaign_name,
        coalesce(campaign_sends.campaign_channel, with_unattributed.campaign_channel)
            as campaign_channel,
        with_unattributed.campaign_source,
        coalesce(with_unattributed.id_batch, campaign_sends.id_batch) as id_batch,
        {{ ecommerce_currency() }} as currency,
        {%- for measure in [
            'explicit_order_count', 'utm_order_count', 'click_order_count', 'open_order_count',
            'order_count', 'cancelled_order_count', 'unconverted_order_count',
            'first_order_count', 'repeat_order_count', 'buyer_count',
        ] %}
        coalesce(with_unattributed.{{ measure }}, 0) as {{ measure }},
        {%- endfor %}
        {%- for amount in ecommerce_order_amount_names() %}
        coalesce(with_unattributed.{{ amount }}, {{ ecommerce_zero('sum') }}) as {{ amount }},
        {%- endfor %}
        {%- for units in ecommerce_unit_names() %}
        coalesce(with_unattributed.{{ units }}, {{ ecommerce_zero('quantity_sum') }})
            as {{ units }},
        {%- endfor %}
        campaign_sends.first_sent_at,
        campaign_sends.recipient_count,
        campaign_sends.clicker_count

    from with_unattributed
    full outer join campaign_sends
        on with_unattributed.campaign_key = campaign_sends.campaign_key

),

with_total as (

    select
        joined.*,
        sum(joined.gross_amount) over () as total_gross_amount,
        ambiguous_campaigns.campaign_key is not null as is_ambiguous

    from joined
    left join ambiguous_campaigns
        on joined.campaign_key = ambiguous_campaigns.campaign_key

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

with

orders as (

    select * from {{ ref('shopapp_ecommerce', 'ecommerce_transactions_enriched') }}
    where is_counted

),

interactions as (

    select * from {{ ref('shopapp_ecommerce', 'int_ecommerce__interactions') }}

),

earned as (

    select
        campaign_key,
        max(campaign_name) as campaign_name,
        max(campaign_channel) as campaign_channel,
        max(campaign_source) as campaign_source,
        max(id_batch) as id_batch,
        {%- for method in ['explicit', 'utm', 'click', 'open'] %}
        count(*) filter (where attribution_method = '{{ method }}') as {{ method }}_order_count,
        {%- endfor %}
        {{ ecommerce_order_metrics() }}

    from orders
    group by campaign_key

),

-- What none earned is a row even where there is no such order.
all_earned as (

    select *
    from earned
    full outer join (select 'unattributed' as campaign_key) as always
        using (campaign_key)

),

keyed as (

    select
        interactions.*,
        {{ ecommerce_campaign_key('id_batch', 'channel', 'null', 'campaign_name') }}
            as campaign_key

    from interactions

),

sent as (

    select
        campaign_key,
        max(campaign_name) as campaign_name,
        max(channel) as campaign_channel,
        max(id_batch) as id_batch,
        min(happened_at) filter (where interaction_type = 'sent') as first_sent_at,
        nullif(count(distinct case when interaction_type = 'sent' then id_contact end), 0)
            as recipient_count,
        nullif(count(distinct case when interaction_type = 'click' then id_contact end), 0)
            as clicker_count

    from keyed
    group by campaign_key

),

told as (

    select distinct
        id_batch,
        channel,
        campaign_name

    from interactions
    where campaign_name is not null

),

named as (

    select distinct
        {{ ecommerce_campaign_key('id_batch', 'channel', 'null', 'campaign_name') }}
            as campaign_key,
        {{ ecommerce_campaign_key('null', 'channel', 'null', 'campaign_name') }} as name_key

    from told

),

-- Several of one channel and name, and orders that told no more: whose these are nobody knows.
doubted as (

    select distinct named.campaign_key

    from named
    inner join named as others
        on named.name_key = others.name_key
        and named.campaign_key <> others.campaign_key
    inner join earned
        on named.name_key = earned.campaign_key
    where earned.utm_order_count + earned.explicit_order_count > 0

),

joined as (

    select
        coalesce(all_earned.campaign_key, sent.campaign_key) as campaign_key,
        coalesce(sent.campaign_name, all_earned.campaign_name) as campaign_name,
        coalesce(sent.campaign_channel, all_earned.campaign_channel) as campaign_channel,
        all_earned.campaign_source,
        coalesce(all_earned.id_batch, sent.id_batch) as id_batch,
        {{ ecommerce_currency() }} as currency,
        {%- for measure in [
            'explicit_order_count', 'utm_order_count', 'click_order_count', 'open_order_count',
            'order_count', 'cancelled_order_count', 'unconverted_order_count',
            'first_order_count', 'repeat_order_count', 'buyer_count',
        ] %}
        coalesce(all_earned.{{ measure }}, 0) as {{ measure }},
        {%- endfor %}
        {%- for amount in ecommerce_order_amount_names() %}
        coalesce(all_earned.{{ amount }}, 0) as {{ amount }},
        {%- endfor %}
        all_earned.unit_count,
        all_earned.sold_unit_count,
        all_earned.returned_unit_count,
        sent.first_sent_at,
        sent.recipient_count,
        sent.clicker_count

    from all_earned
    full outer join sent
        on all_earned.campaign_key = sent.campaign_key

)

select
    joined.*,
    {{ ecommerce_order_ratios() }},
    {{ ecommerce_ratio('gross_amount', 'sum(gross_amount) over ()') }} as gross_share,
    case
        when doubted.campaign_key is null
            then {{ ecommerce_ratio('order_count', 'recipient_count') }}
    end as conversion_rate,
    case
        when doubted.campaign_key is null
            then {{ ecommerce_ratio('order_count', 'clicker_count') }}
    end as click_conversion_rate,
    case
        when doubted.campaign_key is null then round(net_amount / recipient_count, 4)
    end as revenue_per_recipient_amount

from joined
left join doubted
    on joined.campaign_key = doubted.campaign_key

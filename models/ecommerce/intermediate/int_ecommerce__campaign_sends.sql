{{ config(
    materialized='ecommerce_maintained',
    unique_key=['campaign_key'],
    meta={
        'scope': {'kind': 'campaign_sends', 'columns': ['campaign_key']},
        'changed_keys': {'campaign': [['campaign_key']]},
    },
) }}

with

interactions as (

    select *
    from {{ ecommerce_rows_in_scope(
        ref('shopapp_ecommerce', 'int_ecommerce__interactions'), ['campaign_key']
    ) }} as interactions_in_scope

),

summed as (

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

)

{{ ecommerce_typed_rows('summed') }}

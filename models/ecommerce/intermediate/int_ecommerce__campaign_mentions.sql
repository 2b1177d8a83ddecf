{#- An update looks for one interaction per changed combination, with an index. So it does not read
    all interactions of a large campaign. -#}
{{ config(
    materialized='ecommerce_maintained',
    unique_key=['mention'],
    meta={
        'scope': {'kind': 'campaign_mention', 'columns': ['mention']},
        'changed_keys': {
            'batch_mentions': [['id_batch']],
            'name_mentions': [["channel || '|' || name_key"]],
        },
        'skip_null_keys': true,
    },
) }}

with

{%- if ecommerce_scope() %}

changed_mentions as (

    select
        mention,
        cast({{ ecommerce_json_element('mention', 0) }} as {{ ecommerce_type('integer') }})
            as id_batch,
        {{ ecommerce_json_element('mention', 1) }} as channel,
        {{ ecommerce_json_element('mention', 2) }} as campaign_name

    from {{ ecommerce_scope_name() }}

),

with_changed_key as (

    select
        changed_mentions.*,
        {{ ecommerce_campaign_key('id_batch', 'channel', 'null', 'campaign_name') }}
            as campaign_key

    from changed_mentions

),

mentions as (

    select *
    from with_changed_key
    where exists (
        select 1
        from (select * from {{ ref('shopapp_ecommerce', 'int_ecommerce__interactions') }})
            as interactions
        where
            interactions.campaign_key = with_changed_key.campaign_key
            and interactions.id_batch is not distinct from with_changed_key.id_batch
            and interactions.channel is not distinct from with_changed_key.channel
            and interactions.campaign_name is not distinct from with_changed_key.campaign_name
    )

),
{%- else %}

distinct_mentions as (

    select distinct
        id_batch,
        channel,
        campaign_name,
        campaign_key

    from {{ ref('shopapp_ecommerce', 'int_ecommerce__interactions') }}
    where id_batch is not null or campaign_name is not null

),

mentions as (

    select
        distinct_mentions.*,
        {{ ecommerce_campaign_mention() }} as mention

    from distinct_mentions

),
{%- endif %}

with_name_key as (

    select
        mentions.*,
        {{ ecommerce_campaign_name_key('campaign_name') }} as name_key

    from mentions

)

{{ ecommerce_typed_rows('with_name_key') }}

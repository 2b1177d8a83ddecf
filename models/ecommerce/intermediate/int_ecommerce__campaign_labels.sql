{#- An update looks for one order per changed combination, with an index. So it does not read all
    orders of a large campaign. -#}
{{ config(
    materialized='ecommerce_maintained',
    unique_key=['label'],
    indexes=ecommerce_indexes(['campaign_key']),
    meta={
        'scope': {'kind': 'campaign_label', 'columns': ['label']},
        'changed_keys': {'campaign_labels': [['campaign_key']]},
    },
) }}

with

{%- if ecommerce_scope() %}

changed_labels as (

    select
        label,
        {%- for name in ['campaign_key', 'campaign_name', 'campaign_channel', 'campaign_source'] %}
        {{ ecommerce_json_element('label', loop.index0) }} as {{ name }}
        {{- ',' if not loop.last }}
        {%- endfor %}

    from {{ ecommerce_scope_name() }}

),

labels as (

    select *
    from changed_labels
    where exists (
        select 1
        from (select * from {{ ref('shopapp_ecommerce', 'int_ecommerce__transactions_attributed') }})
            as attributed
        where
            attributed.campaign_key = changed_labels.campaign_key
            {%- for name in ['campaign_name', 'campaign_channel', 'campaign_source'] %}
            and attributed.{{ name }} is not distinct from changed_labels.{{ name }}
            {%- endfor %}
    )

)
{%- else %}

distinct_labels as (

    select distinct
        campaign_key,
        campaign_name,
        campaign_channel,
        campaign_source

    from {{ ref('shopapp_ecommerce', 'int_ecommerce__transactions_attributed') }}
    where campaign_key <> 'unattributed'

),

labels as (

    select
        distinct_labels.*,
        {{ ecommerce_campaign_label() }} as label

    from distinct_labels

)
{%- endif %}

{{ ecommerce_typed_rows('labels') }}

{{ config(
    materialized='ecommerce_maintained',
    unique_key=['campaign_key'],
    indexes=ecommerce_indexes(['campaign_key']),
    meta={
        'scope': {'kind': 'campaign_labels', 'columns': ['campaign_key']},
        'changed_keys': {'campaign_names': [['campaign_key']]},
    },
) }}

with

labels as (

    select *
    from {{ ecommerce_rows_in_scope(
        ref('shopapp_ecommerce', 'int_ecommerce__campaign_labels'), ['campaign_key']
    ) }} as labels_in_scope

),

-- A batch without interactions takes the last of its orders' utm names.
campaigns as (

    select
        campaign_key,
        {%- for name in ['campaign_name', 'campaign_channel', 'campaign_source'] %}
        max({{ ecommerce_text_order(name) }}) as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}

    from labels
    group by campaign_key

)

{{ ecommerce_typed_rows('campaigns') }}

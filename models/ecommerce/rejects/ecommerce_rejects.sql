{{ config(
    materialized='ecommerce_maintained',
    unique_key=['reject_id'],
    indexes=ecommerce_indexes(['shop_id', 'transaction_id']),
    meta={
        'load_time': 'loaded_at',
        'scope': {
            'kind': 'candidates', 'columns': ['shop_id', 'transaction_id'], 'with_null': true,
        },
    },
    post_hook='{{ ecommerce_log_run() }}',
) }}
-- depends_on: {{ ref('shopapp_ecommerce', 'ECommerce_Transaction') }}
-- depends_on: {{ ref('shopapp_ecommerce', 'int_ecommerce__transaction_candidates') }}
{#- The query of rejected orders takes a third of a second to plan, and builds rarely need it. -#}
{%- set has_orders = not ecommerce_scope()
    or run_query('select 1 from ' ~ ecommerce_orders_to_reject() ~ ' as orders limit 1').rows %}

with
{%- if has_orders %}

transactions_rejected as (

    select *
    from {{ ecommerce_candidate_rows(
        'int_ecommerce__orders_rejected', candidates=ecommerce_orders_to_reject()
    ) }} as rejected

),
{%- endif %}

records_rejected as (

    select * from {{ ref('shopapp_ecommerce', 'stg_ecommerce__rejected_records') }}

),

rejects as (

    {%- if has_orders %}
    select
        transactions_rejected.reject_id,
        transactions_rejected.shop_id,
        transactions_rejected.stream,
        transactions_rejected.transaction_id,
        transactions_rejected.reason_codes,
        transactions_rejected.message,
        cast(null as {{ ecommerce_type('text') }}) as location,
        transactions_rejected.payload,
        transactions_rejected.loaded_at

    from transactions_rejected
    union all
    {%- endif %}
    select
        {{ dbt.hash("shop_id || '|' || stream || '|' || record_hash") }} as reject_id,
        shop_id,
        stream,
        cast(null as {{ ecommerce_type('text') }}) as transaction_id,
        {{ ecommerce_list_of('reason_code') }} as reason_codes,
        message,
        location,
        payload,
        loaded_at

    from records_rejected

)

{{ ecommerce_hashed_rows('rejects', row_hash='row_hash', load_time='loaded_at') }}

{{ config(
    unique_key='reject_id',
    indexes=ecommerce_indexes(['shop_id', 'transaction_id']),
    pre_hook=['{{ ecommerce_forget_rejects() }}', '{{ ecommerce_match_columns() }}'],
    post_hook='{{ ecommerce_log_run() }}',
) }}
-- depends_on: {{ ref('shopapp_ecommerce', 'ECommerce_Transaction') }}
-- depends_on: {{ ref('shopapp_ecommerce', 'int_ecommerce__transaction_candidates') }}

with

transactions_rejected as (

    select *
    from {{ ecommerce_candidate_rows(
        'int_ecommerce__orders_rejected', candidates=ecommerce_orders_to_reject()
    ) }} as rejected

),

records_rejected as (

    select * from {{ ref('shopapp_ecommerce', 'stg_ecommerce__rejected_records') }}

),

rejects as (

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

{{ ecommerce_changed_rows(
    'rejects', key=['reject_id'], row_hash='row_hash', load_time='loaded_at'
) }}

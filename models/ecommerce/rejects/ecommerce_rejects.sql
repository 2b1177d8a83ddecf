{{ config(
    unique_key='reject_id',
    indexes=[{'columns': ['shop_id', 'transaction_id']}],
    pre_hook=["
        {% if is_incremental() %}
        {% set candidates = ecommerce_table('int_ecommerce__transaction_candidates') %}
        delete from {{ this }} as existing
        {% if not ecommerce_columns_differ(model.name) %}
        where
            existing.transaction_id is not null
            {% if candidates %}
            and (existing.shop_id, existing.transaction_id) in (
                select shop_id, transaction_id from {{ candidates }}
            )
            {% endif %}
            and not exists (
                select 1
                from {{ ref('shopapp_ecommerce', 'int_ecommerce__orders_rejected').render() }}
                    as rejected
                where
                    rejected.shop_id = existing.shop_id
                    and rejected.transaction_id = existing.transaction_id
                    and rejected.reject_id = existing.reject_id
            )
        {% endif %}
        {% endif %}
        ",
        '{{ ecommerce_match_columns() }}',
    ],
    post_hook='{{ ecommerce_log_run() }}',
) }}
-- depends_on: {{ ref('shopapp_ecommerce', 'int_ecommerce__transaction_candidates') }}

with

{%- if is_incremental() %}
transactions_rejected as (

    select *
    from {{ ecommerce_candidate_rows('int_ecommerce__orders_rejected') }} as rejected

),
{%- else %}
transactions_rejected as (

    select * from {{ ref('shopapp_ecommerce', 'int_ecommerce__orders_rejected') }}

),
{%- endif %}

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
        cast(null as text) as location,
        transactions_rejected.payload,
        transactions_rejected.loaded_at

    from transactions_rejected
    union all
    select
        md5(shop_id || '|' || stream || '|' || record_hash) as reject_id,
        shop_id,
        stream,
        cast(null as text) as transaction_id,
        array[reason_code] as reason_codes,
        message,
        location,
        payload,
        loaded_at

    from records_rejected

)

{{ ecommerce_changed_rows(
    'rejects', key=['reject_id'], row_hash='row_hash', load_time='loaded_at'
) }}

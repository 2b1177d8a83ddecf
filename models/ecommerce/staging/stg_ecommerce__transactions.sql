{#- Defaults for missing values, because files can have few columns. -#}
{%- set defaults = {
    'created_at': 'raw_transactions.processed_at',
    'updated_at': 'raw_transactions.created_at, raw_transactions.processed_at',
    'financial_status': "'unknown'",
    'fulfillment_status': "'unknown'",
    'refunded_amount': "case
            when coalesce(raw_transactions.version, 'file-') like 'file-%'
                and raw_transactions.total_amount is not null
                then cast(0 as " ~ ecommerce_type('amount') ~ ")
        end",
} -%}

with

raw_transactions as (

    {{ ecommerce_raw('transactions') | indent(4) }}

),

deleted_transactions as (

    select * from {{ ref('shopapp_ecommerce', 'stg_ecommerce__deleted_transactions') }}

),

with_keys as (

    select
    {%- for name in ecommerce_raw_columns('transactions').values() | sum(start=[]) %}
        {%- if name in defaults %}
        coalesce(raw_transactions.{{ name }}, {{ defaults[name] }}) as {{ name }},
        {%- else %}
        raw_transactions.{{ name }},
        {%- endif %}
    {%- endfor %}
        raw_transactions.number_out_of_range,
        raw_transactions.has_rounded_number,
        raw_transactions.loader_deleted_at,
        raw_transactions.loaded_at,
        {{ ecommerce_key('raw_transactions.shop_id', 'raw_transactions.transaction_id') }}
            as id_transaction,
        coalesce(
            raw_transactions.deleted_at,
            raw_transactions.loader_deleted_at,
            deleted_transactions.deleted_at
        ) as gone_at,
        -- `ecommerce build` replaces the address of an erased person by this text.
        coalesce(raw_transactions.email = '(erased)', false) as is_erased

    from raw_transactions
    left join deleted_transactions
        on raw_transactions.shop_id = deleted_transactions.shop_id
        and raw_transactions.transaction_id = deleted_transactions.transaction_id

)

select * from with_keys

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

-- Orders and refunds that were deleted in the shop without a trace.
missing_records as (

    select * from {{ ref('shopapp_ecommerce', 'int_ecommerce__missing_records') }}
    where state = 'deleted'

),

with_keys as (

    select
    {%- for name in ecommerce_raw_columns('transactions').values() | sum(start=[]) %}
        {%- if name == 'email_normalized' %}
        {{ ecommerce_email_key(
            'coalesce(raw_transactions.email, raw_transactions.email_normalized)'
        ) }} as email_normalized,
        {%- elif name in defaults %}
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
            deleted_transactions.deleted_at,
            missing_of_order.transaction_read_at
        ) as gone_at,
        missing_of_order.refund_amount as deleted_refund_amount,
        -- `ecommerce build` replaces the address of an erased person by this text.
        coalesce(raw_transactions.email = '(erased)', false) as is_erased

    from raw_transactions
    left join deleted_transactions
        on raw_transactions.shop_id = deleted_transactions.shop_id
        and raw_transactions.transaction_id = deleted_transactions.transaction_id
    {{ ecommerce_lookup(
        'missing_records', 'missing_of_order',
        keys={
            'shop_id': 'raw_transactions.shop_id',
            'transaction_id': 'raw_transactions.transaction_id',
            'transaction_version': "coalesce(raw_transactions.version, '')",
        },
        columns={
            'transaction_read_at': "max(case when stream = 'transactions' then read_at end)",
            'refund_amount': "sum(case when stream = 'refunds' then amount end)",
        }
    ) }}

),

without_deleted_refunds as (

    select
    {%- for name in ecommerce_raw_columns('transactions').values() | sum(start=[]) %}
        {%- if name == 'refunded_amount' %}
        case
            when deleted_refund_amount is null then refunded_amount
            else cast(refunded_amount - deleted_refund_amount as {{ ecommerce_type('amount') }})
        end as refunded_amount,
        {%- elif name == 'financial_status' %}
        case
            when
                financial_status = 'partially_refunded'
                and deleted_refund_amount >= refunded_amount then 'paid'
            else financial_status
        end as financial_status,
        {%- else %}
        {{ name }},
        {%- endif %}
    {%- endfor %}
        number_out_of_range,
        has_rounded_number,
        loader_deleted_at,
        loaded_at,
        id_transaction,
        gone_at,
        is_erased

    from with_keys

)

select * from without_deleted_refunds

with

raw_transactions as (

    {{ ecommerce_raw('transactions') | indent(4) }}

),

deleted_transactions as (

    select * from {{ ref('stg_ecommerce__deleted_transactions') }}

),

keyed as (

    select
        raw_transactions.*,
        {{ ecommerce_key('raw_transactions.shop_id', 'raw_transactions.transaction_id') }}
            as id_transaction,
        coalesce(
            raw_transactions.deleted_at,
            raw_transactions.loader_deleted_at,
            deleted_transactions.deleted_at
        ) as gone_at,
        -- What `ecommerce build` leaves of an erased person's address.
        coalesce(raw_transactions.email = '(erased)', false) as is_erased

    from raw_transactions
    left join deleted_transactions
        on raw_transactions.shop_id = deleted_transactions.shop_id
        and raw_transactions.transaction_id = deleted_transactions.transaction_id

)

select * from keyed

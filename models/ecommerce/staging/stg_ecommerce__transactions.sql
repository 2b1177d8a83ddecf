with

raw_transactions as (

    {{ ecommerce_raw('transactions') | indent(4) }}

),

keyed as (

    select
        raw_transactions.*,
        {{ ecommerce_key('shop_id', 'transaction_id') }} as id_transaction,
        coalesce(deleted_at, loader_deleted_at) as gone_at,
        -- What `ecommerce build` leaves of an erased person's address.
        coalesce(email = '(erased)', false) as is_erased

    from raw_transactions

)

select * from keyed

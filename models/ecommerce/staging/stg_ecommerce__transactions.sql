with

raw_transactions as (

    {{ ecommerce_raw('transactions') | indent(4) }}

),

keyed as (

    select
        raw_transactions.*,
        {{ ecommerce_key('shop_id', 'transaction_id') }} as id_transaction,
        coalesce(deleted_at, loader_deleted_at) as gone_at

    from raw_transactions

)

select * from keyed

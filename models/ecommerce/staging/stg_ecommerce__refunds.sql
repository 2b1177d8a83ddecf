with

raw_refunds as (

    {{ ecommerce_raw('refunds') | indent(4) }}

),

transactions as (

    select * from {{ ref('shopapp_ecommerce', 'stg_ecommerce__transactions') }}

),

missing_records as (

    select * from {{ ref('shopapp_ecommerce', 'int_ecommerce__missing_records') }}
    where stream = 'refunds' and state = 'deleted'

),

-- Files contain no refunds. A file's version of an order keeps the refunds that the shop sent.
current_refunds as (

    select
        raw_refunds.*,
        transactions.id_transaction,
        missing_records.read_at as gone_at

    from raw_refunds
    inner join transactions
        on raw_refunds.shop_id = transactions.shop_id
        and raw_refunds.transaction_id = transactions.transaction_id
    left join missing_records
        on raw_refunds.shop_id = missing_records.shop_id
        and raw_refunds.transaction_id = missing_records.transaction_id
        and raw_refunds.transaction_version = missing_records.transaction_version
        and raw_refunds.refund_id = missing_records.record_id
    where
        coalesce(
            raw_refunds.transaction_version = transactions.version
            or transactions.version like 'file-%',
            false
        )

)

select * from current_refunds

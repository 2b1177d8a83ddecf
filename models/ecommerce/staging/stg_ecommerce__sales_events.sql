with

raw_sales_events as (

    {{ ecommerce_raw('sales_events') | indent(4) }}

),

transactions as (

    select * from {{ ref('shopapp_ecommerce', 'stg_ecommerce__transactions') }}

),

-- A file's version of an order keeps the events that the shop sent, unless the file states refunds.
-- An event without a version comes from a file without lines, and counts for its own orders only.
current_sales_events as (

    select
        raw_sales_events.*,
        transactions.id_transaction

    from raw_sales_events
    inner join transactions
        on raw_sales_events.shop_id = transactions.shop_id
        and raw_sales_events.transaction_id = transactions.transaction_id
    where
        coalesce(
            raw_sales_events.transaction_version = transactions.version
            or (
                transactions.version like 'file-%'
                and transactions.sales_event_count is null
                and raw_sales_events.transaction_version not like 'file-%'
            )
            or (
                transactions.version is null
                and raw_sales_events.transaction_version is null
            ),
            false
        )

)

select * from current_sales_events

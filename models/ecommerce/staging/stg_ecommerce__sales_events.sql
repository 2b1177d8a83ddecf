with

raw_sales_events as (

    {{ ecommerce_raw('sales_events') | indent(4) }}

),

transactions as (

    select * from {{ ref('shopapp_ecommerce', 'stg_ecommerce__transactions') }}

),

missing_refunds as (

    select * from {{ ref('shopapp_ecommerce', 'int_ecommerce__missing_records') }}
    where stream = 'refunds' and state = 'deleted'

),

-- The first part of an event's id is the refund that it comes from, or "left" for what a full
-- refund takes in addition. Both are deleted with the refund.
missing_events as (

    select
        shop_id,
        transaction_id,
        transaction_version,
        record_id as event_source,
        read_at

    from missing_refunds
    union all
    select
        shop_id,
        transaction_id,
        transaction_version,
        'left' as event_source,
        max(read_at) as read_at

    from missing_refunds
    group by shop_id, transaction_id, transaction_version

),

-- A file's version of an order keeps the events that the shop sent, unless the file states refunds.
-- An event without a version comes from a file without lines, and counts for its own orders only.
current_sales_events as (

    select
        raw_sales_events.*,
        transactions.id_transaction,
        missing_events.read_at as gone_at

    from raw_sales_events
    inner join transactions
        on raw_sales_events.shop_id = transactions.shop_id
        and raw_sales_events.transaction_id = transactions.transaction_id
    left join missing_events
        on raw_sales_events.shop_id = missing_events.shop_id
        and raw_sales_events.transaction_id = missing_events.transaction_id
        and raw_sales_events.transaction_version = missing_events.transaction_version
        and split_part(raw_sales_events.event_id, ':', 1) = missing_events.event_source
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

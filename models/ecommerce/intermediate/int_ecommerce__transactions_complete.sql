with

transactions as (

    select * from {{ ref('shopapp_ecommerce', 'stg_ecommerce__transactions') }}

),

items as (

    select * from {{ ref('shopapp_ecommerce', 'stg_ecommerce__items') }}

),

refunds as (

    select * from {{ ref('shopapp_ecommerce', 'stg_ecommerce__refunds') }}

),

sales_events as (

    select * from {{ ref('shopapp_ecommerce', 'stg_ecommerce__sales_events') }}

),

-- The tap writes the number of lines, refunds and sales events with each order. The loaded rows
-- differ from these numbers while a load runs or after it failed. Orders with a null number are not
-- checked, and lines without a version, which were loaded without their order, are not counted.
-- `coalesce` keeps the planner from expecting that `=` removes nearly all rows. Incomplete orders
-- of erased buyers are included, because the tables have to lose the person's data.
complete as (

    select transactions.*

    from transactions
    {{ ecommerce_lookup(
        'items', 'loaded_items',
        keys={
            'shop_id': 'transactions.shop_id', 'transaction_id': 'transactions.transaction_id',
        },
        columns={'item_count': 'count(transaction_version)'}
    ) }}
    {{ ecommerce_lookup(
        'refunds', 'loaded_refunds',
        keys={
            'shop_id': 'transactions.shop_id', 'transaction_id': 'transactions.transaction_id',
        },
        columns={'refund_count': 'count(*)'}
    ) }}
    {{ ecommerce_lookup(
        'sales_events', 'loaded_events',
        keys={
            'shop_id': 'transactions.shop_id', 'transaction_id': 'transactions.transaction_id',
        },
        columns={'event_count': 'count(*)'}
    ) }}
    where
        transactions.is_erased
        or (
            coalesce(transactions.item_count = coalesce(loaded_items.item_count, 0), true)
            and coalesce(transactions.refund_count = coalesce(loaded_refunds.refund_count, 0), true)
            and coalesce(
                transactions.sales_event_count = coalesce(loaded_events.event_count, 0), true
            )
        )

)

select * from complete

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

-- The tap writes the number of lines and refunds with each order. The loaded rows differ from
-- these numbers while a load runs or after it failed. Orders with a null number are not checked,
-- and lines without a version, which were loaded without their order, are not counted. Counting
-- per order lets a run look up a few changed orders by key. `coalesce` keeps the planner from
-- expecting that `=` removes nearly all rows. Incomplete orders of erased buyers are included,
-- because the tables have to lose the person's data.
complete as (

    select transactions.*

    from transactions
    where
        transactions.is_erased
        or (
            coalesce(transactions.item_count = (
                select count(items.transaction_version)
                from items
                where
                    items.shop_id = transactions.shop_id
                    and items.transaction_id = transactions.transaction_id
            ), true)
            and coalesce(transactions.refund_count = (
                select count(*)
                from refunds
                where
                    refunds.shop_id = transactions.shop_id
                    and refunds.transaction_id = transactions.transaction_id
            ), true)
        )

)

select * from complete

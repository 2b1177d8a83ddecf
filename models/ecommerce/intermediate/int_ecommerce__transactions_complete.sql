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

-- The tap counts the lines and refunds that it wrote with the order. While a load runs, or after
-- one broke off, other numbers are here; a null was not counted, nor was a line of no version,
-- which came without its order. Per order, so that a run over a
-- few changed orders looks those up by key instead of counting the history; and by coalesce,
-- since the planner takes a bare `=` for a filter that leaves next to nothing. An erased buyer
-- does not stay in the tables until the rest has come.
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

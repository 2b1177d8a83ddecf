with

transactions as (

    select * from {{ ref('stg_ecommerce__transactions') }}

),

items as (

    select * from {{ ref('stg_ecommerce__items') }}

),

refunds as (

    select * from {{ ref('stg_ecommerce__refunds') }}

),

-- The tap counts the lines and refunds that it wrote with the order. While a load runs, or after
-- one broke off, other numbers are here. Counted per order, so that a run over a few changed
-- orders looks those up by key instead of counting the history.
complete as (

    select transactions.*

    from transactions
    where
        (
            transactions.item_count is null
            or transactions.item_count = (
                select count(*)
                from items
                where
                    items.shop_id = transactions.shop_id
                    and items.transaction_id = transactions.transaction_id
            )
        )
        and (
            transactions.refund_count is null
            or transactions.refund_count = (
                select count(*)
                from refunds
                where
                    refunds.shop_id = transactions.shop_id
                    and refunds.transaction_id = transactions.transaction_id
            )
        )

)

select * from complete

with

raw_items as (

    {{ ecommerce_raw('items') | indent(4) }}

),

transactions as (

    select * from {{ ref('stg_ecommerce__transactions') }}

),

-- A line that the shop removed stays in raw with the version of an order that is no more.
current_items as (

    select
        raw_items.*,
        transactions.id_transaction

    from raw_items
    inner join transactions
        on raw_items.shop_id = transactions.shop_id
        and raw_items.transaction_id = transactions.transaction_id
        and raw_items.transaction_version = transactions.version

)

select * from current_items

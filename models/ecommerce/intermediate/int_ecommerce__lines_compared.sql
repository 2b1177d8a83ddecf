{#- Ephemeral, because the rebuild of a table drops the views that read it. -#}
{{ config(materialized='ephemeral', enabled=ecommerce_is_on('items')) }}

with

items as (

    select * from {{ ref('shopapp_ecommerce', 'ECommerce_Item') }}

),

transactions as (

    select * from {{ ref('shopapp_ecommerce', 'ECommerce_Transaction') }}

),

with_fee_tax as (

    select * from {{ ref('shopapp_ecommerce', 'stg_ecommerce__transactions') }}
    where fee_tax_amount <> 0

),

currencies as (

    select * from {{ ref('shopapp_ecommerce', 'ecommerce_currencies') }}

),

item_sums as (

    select
        "idTransaction" as id_transaction,
        count(*) as line_count,
        sum("originalRevenue") as gross_amount,
        sum("originalTax") as tax_amount

    from items
    group by 1

),

compared as (

    select
        transactions."idShop" as shop_id,
        item_sums.id_transaction,
        item_sums.line_count,
        currencies.minor_unit,
        abs(item_sums.gross_amount - transactions."originalRevenue") as gross_difference,
        abs(
            item_sums.tax_amount - transactions."originalTax"
            + coalesce(transactions."originalShippingTax", 0)
            + coalesce(with_fee_tax.fee_tax_amount, 0)
        ) as tax_difference

    from item_sums
    inner join transactions
        on item_sums.id_transaction = transactions."idTransaction"
    left join with_fee_tax
        on item_sums.id_transaction = with_fee_tax.id_transaction
    left join currencies
        on transactions."originalCurrency" = currencies.currency

)

select * from compared

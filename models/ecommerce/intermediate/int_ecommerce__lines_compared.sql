{#- Ephemeral: a view over the tables would go with them when one is rebuilt. -#}
{{ config(materialized='ephemeral', enabled=ecommerce_is_on('items')) }}

with

items as (

    select * from {{ ref('shopapp_ecommerce', 'ECommerce_Item') }}

),

transactions as (

    select * from {{ ref('shopapp_ecommerce', 'ECommerce_Transaction') }}

),

stated as (

    select * from {{ ref('shopapp_ecommerce', 'stg_ecommerce__transactions') }}
    where fee_tax_amount <> 0

),

currencies as (

    select * from {{ ref('shopapp_ecommerce', 'ecommerce_currencies') }}

),

summed as (

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
        summed.id_transaction,
        summed.line_count,
        currencies.minor_unit,
        abs(summed.gross_amount - transactions."originalRevenue") as gross_difference,
        abs(
            summed.tax_amount - transactions."originalTax"
            + coalesce(transactions."originalShippingTax", 0)
            + coalesce(stated.fee_tax_amount, 0)
        ) as tax_difference

    from summed
    inner join transactions
        on summed.id_transaction = transactions."idTransaction"
    left join stated
        on summed.id_transaction = stated.id_transaction
    left join currencies
        on transactions."originalCurrency" = currencies.currency

)

select * from compared

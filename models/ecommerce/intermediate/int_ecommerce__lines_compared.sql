{#- Ephemeral, because the rebuild of a table drops the views that read it. -#}
{{ config(materialized='ephemeral', enabled=ecommerce_is_on('items')) }}
{%- set zero = 'cast(0 as ' ~ ecommerce_type('amount') ~ ')' %}

with

items as (

    select *
    from {{ ecommerce_lower_names(
        ref('shopapp_ecommerce', 'ECommerce_Item'), 'ECommerce_Item'
    ) }} as items

),

transactions as (

    select *
    from {{ ecommerce_lower_names(
        ref('shopapp_ecommerce', 'ECommerce_Transaction'), 'ECommerce_Transaction'
    ) }} as transactions

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
        id_transaction,
        count(*) as line_count,
        sum(original_revenue) as gross_amount,
        sum(original_tax) as tax_amount

    from items
    group by 1

),

compared as (

    select
        transactions.id_shop as shop_id,
        item_sums.id_transaction,
        item_sums.line_count,
        currencies.minor_unit,
        abs(item_sums.gross_amount - transactions.original_revenue) as gross_difference,
        abs(
            item_sums.tax_amount - transactions.original_tax
            + coalesce(transactions.original_shipping_tax, {{ zero }})
            + coalesce(with_fee_tax.fee_tax_amount, {{ zero }})
        ) as tax_difference

    from item_sums
    inner join transactions
        on item_sums.id_transaction = transactions.id_transaction
    left join with_fee_tax
        on item_sums.id_transaction = with_fee_tax.id_transaction
    left join currencies
        on transactions.original_currency = currencies.currency

)

select * from compared

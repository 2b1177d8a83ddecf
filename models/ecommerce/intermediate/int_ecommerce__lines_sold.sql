{#- Ephemeral, because the rebuild of a table drops the views that read it. -#}
{{ config(materialized='ephemeral', enabled=ecommerce_is_on('items')) }}

with

items as (

    select * from {{ ref('shopapp_ecommerce', 'ECommerce_Item') }}

),

transactions as (

    select * from {{ ref('shopapp_ecommerce', 'ECommerce_Transaction') }}

),

shops as (

    select * from {{ ref('shopapp_ecommerce', 'stg_ecommerce__shops') }}

),

statuses as (

    select * from {{ ref('shopapp_ecommerce', 'ecommerce_statuses') }}
    where status_kind = 'financial'

),

items_sold as (

    select
        items."idTransaction" as id_transaction,
        items."idItem" as id_item,
        items."idProduct" as id_product,
        transactions."idShop" as id_shop,
        {{ ecommerce_day('transactions."dtTransaction"', 'shops.time_zone') }} as ordered_on,
        items."Quantity" as quantity,
        greatest(items."Quantity", 0) as sold_quantity,
        coalesce(items."refundedQuantity", 0) + greatest(-items."Quantity", 0)
            as returned_quantity,
        coalesce(items."Revenue", 0) as gross_amount,
        coalesce(items."Discount", 0) as discount_amount,
        coalesce(items."Refund", 0) as refund_amount,
        (
            items."Status" is distinct from 'cancelled'
            and transactions."dtCancelled" is null
        ) as is_projected,
        (
            items."Status" is distinct from 'cancelled'
            and transactions."dtCancelled" is null
            and coalesce(statuses.is_paid, false)
        ) as is_realised

    from items
    inner join transactions
        on items."idTransaction" = transactions."idTransaction"
    left join shops
        on transactions."idShop" = shops.shop_id
    left join statuses
        on transactions."financialStatus" = statuses.status
    where
        not transactions."isTest"
        and transactions."dtDeleted" is null

)

select * from items_sold

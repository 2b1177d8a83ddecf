{#- Ephemeral, because the rebuild of a table drops the views that read it. -#}
{{ config(materialized='ephemeral', enabled=ecommerce_is_on('items')) }}
{%- set no_units = 'cast(0 as ' ~ ecommerce_type('quantity') ~ ')' %}
{%- set no_money = 'cast(0 as ' ~ ecommerce_type('money') ~ ')' %}

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

shops as (

    select * from {{ ref('shopapp_ecommerce', 'stg_ecommerce__shops') }}

),

statuses as (

    select * from {{ ref('shopapp_ecommerce', 'int_ecommerce__statuses') }}
    where application = 'any'

),

items_sold as (

    select
        items.id_transaction,
        items.id_item,
        items.id_product,
        transactions.id_shop,
        {{ ecommerce_day('transactions.dt_transaction', 'shops.time_zone') }} as ordered_on,
        items.quantity,
        greatest(coalesce(items.quantity, {{ no_units }}), {{ no_units }}) as sold_quantity,
        coalesce(items.refunded_quantity, {{ no_units }})
        + greatest(coalesce(-items.quantity, {{ no_units }}), {{ no_units }})
            as returned_quantity,
        coalesce(items.revenue, {{ no_money }}) as gross_amount,
        coalesce(items.discount, {{ no_money }}) as discount_amount,
        coalesce(items.refund, {{ no_money }}) as refund_amount,
        (
            items.status is distinct from 'cancelled'
            and transactions.dt_cancelled is null
        ) as is_projected,
        (
            items.status is distinct from 'cancelled'
            and transactions.dt_cancelled is null
            and coalesce(statuses.is_paid, false)
        ) as is_realised

    from items
    inner join transactions
        on items.id_transaction = transactions.id_transaction
    left join shops
        on transactions.id_shop = shops.shop_id
    left join statuses
        on transactions.financial_status = statuses.status_key
    where
        not transactions.is_test
        and transactions.dt_deleted is null

)

select * from items_sold

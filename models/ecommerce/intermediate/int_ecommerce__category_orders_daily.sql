{{ config(
    enabled=ecommerce_is_on('items')
        and ecommerce_is_on('products')
        and ecommerce_is_on('categories'),
    materialized='ecommerce_maintained',
    unique_key=['id_shop', 'ordered_on', 'id_product_category'],
    indexes=ecommerce_indexes(['ordered_on', 'id_shop']),
    meta={
        'scope': {
            'kind': 'days_of_memberships',
            'columns': ['id_shop', 'ordered_on'],
            'with_null': true,
        },
    },
) }}

with

ledger as (

    select *
    from {{ ecommerce_rows_in_scope(
        ref('shopapp_ecommerce', 'ecommerce_sales_ledger'), ['id_shop', 'ordered_on']
    ) }} as ledger_rows
    where is_counted and event = 'sale'

),

members as (

    select * from {{ ref('shopapp_ecommerce', 'int_ecommerce__category_members') }}

),

-- An order with several products of a category counts once, so counts of categories do not add up.
category_transactions as (

    select
        ledger.id_shop,
        ledger.ordered_on,
        ledger.id_transaction,
        members.id_product_category,
        {{ dbt.bool_or('members.is_own') }} as is_own

    from ledger
    inner join members
        on ledger.id_product = members.id_product
    group by
        ledger.id_shop,
        ledger.ordered_on,
        ledger.id_transaction,
        members.id_product_category

),

counted as (

    select
        id_shop,
        ordered_on,
        id_product_category,
        count(*) filter (where is_own) as order_count,
        count(*) as rolled_up_order_count

    from category_transactions
    group by id_shop, ordered_on, id_product_category

)

{{ ecommerce_typed_rows('counted') }}

{{ config(
    materialized='ecommerce_maintained',
    unique_key=['id_product'],
    meta={'scope': {'kind': 'inferred_products', 'columns': ['id_product']}},
    post_hook='{{ ecommerce_log_run() }}',
) }}
-- depends_on: {{ ref('shopapp_ecommerce', 'int_ecommerce__transaction_candidates') }}

with

raw_items as (

    {{ ecommerce_raw('items') | indent(4) }}

),

products as (

    select * from {{ ref('shopapp_ecommerce', 'stg_ecommerce__products') }}

),

{%- if ecommerce_is_on('items') %}

item_references as (

    select * from {{ ref('shopapp_ecommerce', 'ecommerce_item_references') }}

),

-- A line whose product was deleted in the shop keeps the product that was known.
sold_items as (

    select
        raw_items.shop_id,
        raw_items.transaction_id,
        raw_items.item_id,
        raw_items.transaction_updated_at,
        raw_items.product_name,
        raw_items.loaded_at,
        coalesce(raw_items.product_id, known.product_id) as product_id,
        coalesce(raw_items.sku, known.sku) as sku

    from raw_items
    {{ ecommerce_lookup(
        'item_references', 'known',
        keys={
            'shop_id': 'raw_items.shop_id',
            'transaction_id': 'raw_items.transaction_id',
            'item_id': 'case when raw_items.product_id is null then raw_items.item_id end',
        },
        columns={
            'product_id': 'max(' ~ ecommerce_text_order('product_id') ~ ')',
            'sku': 'max(' ~ ecommerce_text_order('sku') ~ ')',
        }
    ) }}

),
{%- else %}

sold_items as (

    select * from raw_items

),
{%- endif %}

items_with_keys as (

    select
        sold_items.*,
        {{ ecommerce_key('shop_id', 'product_id') }} as id_product

    from sold_items

),

-- Products of any loaded line that are missing from the catalogue.
ranked_items as (

    select
        sold_items.shop_id,
        sold_items.product_id,
        sold_items.id_product,
        sold_items.product_name as name,
        sold_items.sku,
        sold_items.loaded_at,
        row_number() over (
            partition by sold_items.shop_id, sold_items.product_id
            order by
                sold_items.transaction_updated_at desc nulls last,
                {{ ecommerce_text_order('sold_items.transaction_id') }} desc nulls last,
                {{ ecommerce_text_order('sold_items.item_id') }} desc nulls last
        ) as age

    from {{ ecommerce_rows_in_scope('items_with_keys', ['id_product']) }} as sold_items
    left join products
        on sold_items.shop_id = products.shop_id
        and sold_items.product_id = products.product_id
    where
        sold_items.product_id is not null
        and length(sold_items.id_product) <= 100
        and products.product_id is null

),

-- Name and SKU come from the product's latest line.
inferred_products as (

    select
        shop_id,
        product_id,
        id_product,
        name,
        sku,
        loaded_at

    from ranked_items
    where age = 1

)

{{ ecommerce_typed_rows('inferred_products') }}

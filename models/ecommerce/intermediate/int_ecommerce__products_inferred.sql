with

raw_items as (

    {{ ecommerce_raw('items') | indent(4) }}

),

products as (

    select * from {{ ref('shopapp_ecommerce', 'stg_ecommerce__products') }}

),

-- Products of any loaded line that are missing from the catalogue.
ranked_items as (

    select
        raw_items.shop_id,
        raw_items.product_id,
        {{ ecommerce_key('raw_items.shop_id', 'raw_items.product_id') }} as id_product,
        raw_items.product_name as name,
        raw_items.sku,
        raw_items.loaded_at,
        row_number() over (
            partition by raw_items.shop_id, raw_items.product_id
            order by
                raw_items.transaction_updated_at desc nulls last,
                {{ ecommerce_text_order('raw_items.transaction_id') }} desc nulls last,
                {{ ecommerce_text_order('raw_items.item_id') }} desc nulls last
        ) as age

    from raw_items
    left join products
        on raw_items.shop_id = products.shop_id
        and raw_items.product_id = products.product_id
    where
        raw_items.product_id is not null
        and length({{ ecommerce_key('raw_items.shop_id', 'raw_items.product_id') }}) <= 100
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

select * from inferred_products

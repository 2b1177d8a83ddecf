with

products as (

    select * from {{ ref('shopapp_ecommerce', 'stg_ecommerce__products') }}

),

product_categories as (

    select
        products.id_product,
        {{ ecommerce_key('products.shop_id', 'categories.category_id') }} as id_product_category,
        min(categories.position) as position,
        max(products.loaded_at) as loaded_at

    from products
    cross join lateral jsonb_array_elements_text(products.category_ids)
        with ordinality as categories (category_id, position)
    where categories.category_id is not null
    group by 1, 2

),

with_position as (

    select
        id_product,
        id_product_category,
        cast(row_number() over (partition by id_product order by position) as integer)
            as position,
        loaded_at

    from product_categories

)

select * from with_position

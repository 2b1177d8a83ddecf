with

products as (

    select * from {{ ref('shopapp_ecommerce', 'stg_ecommerce__products') }}

),

product_categories as (

    select
        products.id_product,
        {{ ecommerce_key('products.shop_id', 'categories.element') }} as id_product_category,
        min(categories.element_position) as position,
        max(products.loaded_at) as loaded_at

    from products
    {{ ecommerce_json_elements('products.category_ids', 'categories') }}
    where categories.element is not null
    group by 1, 2

),

with_position as (

    select
        id_product,
        id_product_category,
        cast(
            row_number() over (partition by id_product order by position)
            as {{ ecommerce_type('int') }}
        ) as position,
        loaded_at

    from product_categories

)

select * from with_position

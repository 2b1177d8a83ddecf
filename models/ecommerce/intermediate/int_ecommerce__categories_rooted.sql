with recursive

catalogue as (

    select
        id_product_category,
        {{ ecommerce_key('shop_id', 'parent_id') }} as id_parent,
        shop_id,
        name,
        url,
        gone_at,
        loaded_at

    from {{ ref('shopapp_ecommerce', 'stg_ecommerce__categories') }}

),

products as (

    select * from {{ ref('shopapp_ecommerce', 'stg_ecommerce__products') }}

),

-- Categories that products or other categories reference.
referenced_categories as (

    select
        shop_id,
        id_parent as id_product_category,
        loaded_at

    from catalogue
    where id_parent is not null
    union all
    select
        products.shop_id,
        {{ ecommerce_key('products.shop_id', 'categories.category_id') }},
        products.loaded_at

    from products
    cross join lateral jsonb_array_elements_text(products.category_ids)
        as categories (category_id)

),

inferred_categories as (

    select
        id_product_category,
        cast(null as text) as id_parent,
        min(shop_id) as shop_id,
        cast(null as text) as name,
        cast(null as text) as url,
        cast(null as timestamptz) as gone_at,
        max(loaded_at) as loaded_at

    from referenced_categories
    where id_product_category not in (select id_product_category from catalogue)
    group by id_product_category

),

categories as (

    select * from catalogue
    union all
    select * from inferred_categories

),

-- Descends from the roots. A category in a circle is not below a root, so its level stays null.
category_paths as (

    select
        id_product_category,
        coalesce(name, id_product_category) as path,
        1 as level

    from categories
    where id_parent is null or id_parent = id_product_category
    union all
    select
        categories.id_product_category,
        category_paths.path || ' > ' || coalesce(categories.name, categories.id_product_category),
        category_paths.level + 1

    from category_paths
    inner join categories
        on category_paths.id_product_category = categories.id_parent
        and categories.id_parent <> categories.id_product_category

),

with_path as (

    select
        categories.id_product_category,
        nullif(categories.id_parent, categories.id_product_category) as id_parent,
        categories.shop_id,
        categories.name,
        categories.url,
        categories.gone_at,
        categories.loaded_at,
        category_paths.path,
        category_paths.level

    from categories
    left join category_paths
        on categories.id_product_category = category_paths.id_product_category

)

select * from with_path

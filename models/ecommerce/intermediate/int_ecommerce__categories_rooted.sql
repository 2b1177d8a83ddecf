with

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
        {{ ecommerce_key('products.shop_id', 'categories.element') }} as id_product_category,
        products.loaded_at

    from products
    {{ ecommerce_json_elements('products.category_ids', 'categories') }}

),

inferred_categories as (

    select
        id_product_category,
        cast(null as {{ ecommerce_type('text') }}) as id_parent,
        min({{ ecommerce_text_order('shop_id') }}) as shop_id,
        cast(null as {{ ecommerce_type('text') }}) as name,
        cast(null as {{ ecommerce_type('text') }}) as url,
        cast(null as {{ ecommerce_type('time') }}) as gone_at,
        max(loaded_at) as loaded_at

    from referenced_categories
    where id_product_category not in (select id_product_category from catalogue)
    group by id_product_category

),

categories as (

    select
        id_product_category,
        nullif(id_parent, id_product_category) as id_parent,
        shop_id,
        name,
        url,
        gone_at,
        loaded_at

    from catalogue
    union all
    select * from inferred_categories

),

-- Each category with itself and all categories above it.
ancestors as (

    select
        start_id as id_product_category,
        reached_id as id_ancestor

    from {{ ecommerce_closure('categories', 'id_product_category', 'id_parent') }} as closure

),

-- A category in a circle, or below one, is not below a root. It has no level.
levels as (

    select
        ancestors.id_product_category,
        count(*) as level

    from ancestors
    inner join categories
        on ancestors.id_ancestor = categories.id_product_category
    group by ancestors.id_product_category
    having count(*) > count(categories.id_parent)

),

paths as (

    select
        ancestors.id_product_category,
        {{ dbt.listagg(
            'coalesce(categories.name, categories.id_product_category)', "' > '",
            'order by levels.level'
        ) }} as path

    from ancestors
    inner join levels
        on ancestors.id_ancestor = levels.id_product_category
    inner join categories
        on ancestors.id_ancestor = categories.id_product_category
    group by ancestors.id_product_category

),

with_path as (

    select
        categories.*,
        paths.path,
        cast(levels.level as {{ ecommerce_type('int') }}) as level

    from categories
    left join levels
        on categories.id_product_category = levels.id_product_category
    left join paths
        on levels.id_product_category = paths.id_product_category

)

select * from with_path

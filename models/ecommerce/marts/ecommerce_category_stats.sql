{{ config(
    enabled=ecommerce_is_on('items')
        and ecommerce_is_on('products')
        and ecommerce_is_on('categories'),
) }}

with recursive

categories as (

    select * from {{ ref('ECommerce_ProductCategory') }}

),

product_categories as (

    select * from {{ ref('ecommerce_product_categories') }}

),

lines as (

    select * from {{ ref('int_ecommerce__lines_sold') }}

),

-- Every category with itself and all below it; union, not union all, ends a circle.
descendants as (

    select
        "idProductCategory" as id_ancestor,
        "idProductCategory" as id_product_category

    from categories
    union
    select
        descendants.id_ancestor,
        categories."idProductCategory"

    from descendants
    inner join categories
        on descendants.id_product_category = categories."idProductCategoryParent"

),

own as (

    select
        product_categories.id_product_category,
        {{ ecommerce_line_measures() | indent(8) }}

    from product_categories
    inner join lines
        on product_categories.id_product = lines.id_product
    group by product_categories.id_product_category

),

-- A product that is in several categories below one counts once there.
members as (

    select distinct
        descendants.id_ancestor,
        product_categories.id_product

    from descendants
    inner join product_categories
        on descendants.id_product_category = product_categories.id_product_category

),

rolled_up as (

    select
        members.id_ancestor as id_product_category,
        {{ ecommerce_line_measures() | indent(8) }}

    from members
    inner join lines
        on members.id_product = lines.id_product
    group by members.id_ancestor

),

shop_sums as (

    select
        id_shop,
        sum(gross_amount) as gross_amount

    from lines
    group by id_shop

)

select
    categories."idProductCategory" as id_product_category,
    categories."idProductCategoryParent" as id_product_category_parent,
    categories."CategoryName" as category_name,
    categories."CategoryPath" as category_path,
    categories."Level" as level,
    categories."idShop" as id_shop,
    {{ ecommerce_currency() }} as currency
    {%- for sums, prefix in {'own': '', 'rolled_up': 'rolled_up_'}.items() %},
    {%- for measure in ecommerce_line_measure_names() %}
    coalesce({{ sums }}.{{ measure }}, 0) as {{ prefix }}{{ measure }},
    {%- endfor %}
    {{ ecommerce_ratio(sums ~ '.returned_unit_count', sums ~ '.sold_unit_count') }}
        as {{ prefix }}return_rate,
    {{ ecommerce_ratio('coalesce(' ~ sums ~ '.gross_amount, 0)', 'shop_sums.gross_amount') }}
        as {{ prefix }}gross_share
    {%- endfor %}

from categories
left join own
    on categories."idProductCategory" = own.id_product_category
left join rolled_up
    on categories."idProductCategory" = rolled_up.id_product_category
left join shop_sums
    on categories."idShop" = shop_sums.id_shop

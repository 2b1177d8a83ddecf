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
        count(distinct lines.id_transaction) as order_count,
        sum(lines.quantity) as unit_count,
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
        count(distinct lines.id_transaction) as order_count,
        sum(lines.quantity) as unit_count,
        {{ ecommerce_line_measures() | indent(8) }}

    from members
    inner join lines
        on members.id_product = lines.id_product
    group by members.id_ancestor

)

select
    categories."idProductCategory" as id_product_category,
    categories."CategoryName" as category_name,
    categories."CategoryPath" as category_path,
    categories."Level" as level,
    {{ ecommerce_currency() }} as currency,
    coalesce(own.order_count, 0) as order_count,
    coalesce(own.unit_count, 0) as unit_count,
    coalesce(own.gross_amount, 0) as gross_amount,
    coalesce(own.net_amount, 0) as net_amount,
    coalesce(own.projected_revenue_amount, 0) as projected_revenue_amount,
    coalesce(own.realised_revenue_amount, 0) as realised_revenue_amount,
    coalesce(rolled_up.order_count, 0) as rolled_up_order_count,
    coalesce(rolled_up.unit_count, 0) as rolled_up_unit_count,
    coalesce(rolled_up.gross_amount, 0) as rolled_up_gross_amount,
    coalesce(rolled_up.net_amount, 0) as rolled_up_net_amount,
    coalesce(rolled_up.projected_revenue_amount, 0) as rolled_up_projected_revenue_amount,
    coalesce(rolled_up.realised_revenue_amount, 0) as rolled_up_realised_revenue_amount

from categories
left join own
    on categories."idProductCategory" = own.id_product_category
left join rolled_up
    on categories."idProductCategory" = rolled_up.id_product_category

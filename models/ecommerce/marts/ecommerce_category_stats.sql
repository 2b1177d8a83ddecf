{{ config(
    enabled=ecommerce_is_on('items')
        and ecommerce_is_on('products')
        and ecommerce_is_on('categories'),
) }}

with recursive

categories as (

    select * from {{ ref('shopapp_ecommerce', 'ECommerce_ProductCategory') }}

),

product_categories as (

    select * from {{ ref('shopapp_ecommerce', 'ecommerce_product_categories') }}

),

product_stats as (

    select * from {{ ref('shopapp_ecommerce', 'ecommerce_product_stats') }}

),

product_sales_daily as (

    select * from {{ ref('shopapp_ecommerce', 'ecommerce_product_sales_daily') }}

),

items as (

    select * from {{ ref('shopapp_ecommerce', 'int_ecommerce__lines_sold') }}

),

-- Each category with itself and all its descendants. `union` without `all` stops at circles.
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

-- A product in several subcategories of a category counts once in that category.
members as (

    select
        descendants.id_ancestor as id_product_category,
        product_categories.id_product,
        bool_or(descendants.id_ancestor = descendants.id_product_category) as is_own

    from descendants
    inner join product_categories
        on descendants.id_product_category = product_categories.id_product_category
    group by descendants.id_ancestor, product_categories.id_product

),

item_sums as (

    select
        members.id_product_category
        {%- for measure in ecommerce_line_metric_names() if measure != 'order_count' %},
        sum(product_stats.{{ measure }}) filter (where members.is_own) as {{ measure }},
        sum(product_stats.{{ measure }}) as rolled_up_{{ measure }}
        {%- endfor %}

    from members
    inner join product_stats
        on members.id_product = product_stats.id_product
    group by members.id_product_category

),

-- An order with several products of a category counts once, so order counts do not add up.
category_transactions as (

    select
        items.id_transaction,
        members.id_product_category,
        bool_or(members.is_own) as is_own

    from items
    inner join members
        on items.id_product = members.id_product
    group by items.id_transaction, members.id_product_category

),

transaction_counts as (

    select
        id_product_category,
        count(*) filter (where is_own) as order_count,
        count(*) as rolled_up_order_count

    from category_transactions
    group by id_product_category

),

shop_sums as (

    select
        id_shop,
        sum(gross_amount) as gross_amount

    from product_sales_daily
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
    {%- for prefix in ['', 'rolled_up_'] %},
    coalesce(transaction_counts.{{ prefix }}order_count, 0) as {{ prefix }}order_count,
    {%- for measure in ecommerce_line_metric_names() if measure != 'order_count' %}
    coalesce(item_sums.{{ prefix }}{{ measure }}, 0) as {{ prefix }}{{ measure }},
    {%- endfor %}
    {{ ecommerce_ratio(
        'item_sums.' ~ prefix ~ 'returned_unit_count', 'item_sums.' ~ prefix ~ 'sold_unit_count'
    ) }} as {{ prefix }}return_rate,
    {{ ecommerce_ratio(
        'coalesce(item_sums.' ~ prefix ~ 'gross_amount, 0)', 'shop_sums.gross_amount'
    ) }} as {{ prefix }}gross_share
    {%- endfor %}

from categories
left join item_sums
    on categories."idProductCategory" = item_sums.id_product_category
left join transaction_counts
    on categories."idProductCategory" = transaction_counts.id_product_category
left join shop_sums
    on categories."idShop" = shop_sums.id_shop

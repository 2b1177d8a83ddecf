{{ config(
    enabled=ecommerce_is_on('items')
        and ecommerce_is_on('products')
        and ecommerce_is_on('categories'),
) }}

with

categories as (

    select *
    from {{ ecommerce_lower_names(
        ref('shopapp_ecommerce', 'ECommerce_ProductCategory'), 'ECommerce_ProductCategory',
        columns=[
            'idProductCategory', 'idProductCategoryParent', 'CategoryName', 'CategoryPath',
            'Level', 'idShop',
        ]
    ) }} as categories

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

-- Each category with itself and all its ancestors.
ancestors as (

    select
        start_id as id_product_category,
        reached_id as id_ancestor

    from {{ ecommerce_closure(
        'categories', 'id_product_category', 'id_product_category_parent'
    ) }} as category_pairs

),

-- A product in several subcategories of a category counts once in that category.
members as (

    select
        ancestors.id_ancestor as id_product_category,
        product_categories.id_product,
        {{ dbt.bool_or('ancestors.id_ancestor = ancestors.id_product_category') }} as is_own

    from ancestors
    inner join product_categories
        on ancestors.id_product_category = product_categories.id_product_category
    group by ancestors.id_ancestor, product_categories.id_product

),

item_sums as (

    select
        members.id_product_category
        {%- for measure in ecommerce_line_sum_types() %},
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
        {{ dbt.bool_or('members.is_own') }} as is_own

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

),

with_sums as (

    select
        categories.id_product_category,
        categories.id_product_category_parent,
        categories.category_name,
        categories.category_path,
        categories.level,
        categories.id_shop,
        {{ ecommerce_currency() }} as currency,
        {%- for prefix in ['', 'rolled_up_'] %}
        coalesce(transaction_counts.{{ prefix }}order_count, 0) as {{ prefix }}order_count,
        {%- for measure, type in ecommerce_line_sum_types().items() %}
        coalesce(item_sums.{{ prefix }}{{ measure }}, {{ ecommerce_zero(type) }})
            as {{ prefix }}{{ measure }},
        {%- endfor %}
        {%- endfor %}
        shop_sums.gross_amount as shop_gross_amount

    from categories
    left join item_sums
        on categories.id_product_category = item_sums.id_product_category
    left join transaction_counts
        on categories.id_product_category = transaction_counts.id_product_category
    left join shop_sums
        on categories.id_shop = shop_sums.id_shop

),

with_ratios as (

    select
        with_sums.*
        {%- for prefix in ['', 'rolled_up_'] %},
        {{ ecommerce_quotient(
            prefix ~ 'returned_unit_count', prefix ~ 'sold_unit_count', 6
        ) }} as {{ prefix }}return_rate,
        {{ ecommerce_quotient(prefix ~ 'gross_amount', 'shop_gross_amount', 6) }}
            as {{ prefix }}gross_share
        {%- endfor %}

    from with_sums

)

{{ ecommerce_typed_rows('with_ratios') }}

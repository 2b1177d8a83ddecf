{#- Shares change with every sale of the shop, and names without one, so all categories are
    compared. -#}
{{ config(
    enabled=ecommerce_is_on('items')
        and ecommerce_is_on('products')
        and ecommerce_is_on('categories'),
    materialized='ecommerce_maintained',
    unique_key=['id_shop', 'id_product_category'],
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

members as (

    select * from {{ ref('shopapp_ecommerce', 'int_ecommerce__category_members') }}

),

category_orders_daily as (

    select * from {{ ref('shopapp_ecommerce', 'int_ecommerce__category_orders_daily') }}

),

product_stats as (

    select * from {{ ref('shopapp_ecommerce', 'ecommerce_product_stats') }}

),

product_sales as (

    select * from {{ ref('shopapp_ecommerce', 'int_ecommerce__product_sales') }}

),

category_sums as (

    select
        members.id_product_category
        {%- for measure in ecommerce_product_figures() %},
        sum(product_stats.{{ measure }}) filter (where members.is_own) as {{ measure }},
        sum(product_stats.{{ measure }}) as rolled_up_{{ measure }}
        {%- endfor %}

    from members
    inner join product_stats
        on members.id_product = product_stats.id_product
    group by members.id_product_category

),

-- A product counts in its primary category only, so these amounts add up to those of the shop.
primary_sums as (

    select
        id_shop,
        id_product_category,
        sum(gross_amount) as primary_gross_amount,
        sum(net_amount) as primary_net_amount

    from product_stats
    group by id_shop, id_product_category

),

-- An order has one day, so daily counts of a category add up.
transaction_counts as (

    select
        id_product_category,
        sum(order_count) as order_count,
        sum(rolled_up_order_count) as rolled_up_order_count

    from category_orders_daily
    group by id_product_category

),

shop_sums as (

    select
        id_shop,
        sum(gross_amount) as gross_amount

    from product_sales
    group by id_shop

),

-- The row with id_product_category null has the sales without a primary category.
with_primary_sums as (

    select
        categories.id_product_category,
        categories.id_product_category_parent,
        categories.category_name,
        categories.category_path,
        categories.level,
        coalesce(categories.id_shop, primary_sums.id_shop) as id_shop,
        primary_sums.primary_gross_amount,
        primary_sums.primary_net_amount

    from categories
    full outer join primary_sums
        on categories.id_product_category = primary_sums.id_product_category

),

with_sums as (

    select
        with_primary_sums.id_product_category,
        with_primary_sums.id_product_category_parent,
        with_primary_sums.category_name,
        with_primary_sums.category_path,
        with_primary_sums.level,
        with_primary_sums.id_shop,
        {{ ecommerce_currency() }} as currency,
        {%- for name in ['primary_gross_amount', 'primary_net_amount'] %}
        coalesce(with_primary_sums.{{ name }}, {{ ecommerce_zero('sum') }}) as {{ name }},
        {%- endfor %}
        {%- for prefix in ['', 'rolled_up_'] %}
        coalesce(transaction_counts.{{ prefix }}order_count, 0) as {{ prefix }}order_count,
        {%- for measure, type in ecommerce_product_figures().items() %}
        coalesce(category_sums.{{ prefix }}{{ measure }}, {{ ecommerce_zero(type) }})
            as {{ prefix }}{{ measure }},
        {%- endfor %}
        {%- endfor %}
        shop_sums.gross_amount as shop_gross_amount

    from with_primary_sums
    left join category_sums
        on with_primary_sums.id_product_category = category_sums.id_product_category
    left join transaction_counts
        on with_primary_sums.id_product_category = transaction_counts.id_product_category
    left join shop_sums
        on with_primary_sums.id_shop = shop_sums.id_shop

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

-- Marts of order lines. Each row is what the tables have of the lines that its keys stand for;
-- and for each original currency in turn, the lines that find a row by its keys are all that the
-- tables have: a product's once in each of its categories, and rolled up once in each of these
-- and of those above.
{{ config(enabled=ecommerce_is_on('items')) }}
{%- set amounts = ['unit_count', 'gross_amount', 'discount_amount', 'refund_amount', 'net_amount'] %}
{%- set has_products = ecommerce_is_on('products') %}
{%- set has_categories = has_products and ecommerce_is_on('categories') %}
{%- set marts = {
    'days': {
        'mart': 'ecommerce_product_sales_daily', 'keys': ['id_shop', 'ordered_on', 'id_product'],
        'lines': 'lines', 'times': '1', 'prefix': '',
    },
} %}
{%- if has_products -%}
    {%- do marts.update({'products': {
        'mart': 'ecommerce_product_stats', 'keys': ['id_product'],
        'lines': 'product_lines', 'times': 'product_count', 'prefix': '',
    }}) -%}
{%- endif -%}
{%- if has_categories -%}
    {%- do marts.update({
        'categories': {
            'mart': 'ecommerce_category_stats', 'keys': ['id_product_category'],
            'lines': 'category_lines', 'times': 'category_count', 'prefix': '',
        },
        'rolled_up': {
            'mart': 'ecommerce_category_stats', 'keys': ['id_product_category'],
            'lines': 'rolled_up_lines', 'times': 'rolled_up_count', 'prefix': 'rolled_up_',
        },
    }) -%}
{%- endif %}
with recursive

items as (

    select
        "idTransaction" as id_transaction,
        "idProduct" as id_product,
        coalesce("Quantity", 0) as unit_count,
        coalesce("Revenue", 0) as gross_amount,
        coalesce("Discount", 0) as discount_amount,
        coalesce("Refund", 0) as refund_amount

    from {{ ref('ECommerce_Item') }}

),

{%- if has_categories %}

ancestors as (

    select
        "idProductCategory" as id_product_category,
        "idProductCategory" as id_ancestor

    from {{ ref('ECommerce_ProductCategory') }}
    union
    select
        ancestors.id_product_category,
        categories."idProductCategoryParent"

    from ancestors
    inner join {{ ref('ECommerce_ProductCategory') }} as categories
        on ancestors.id_ancestor = categories."idProductCategory"
    where categories."idProductCategoryParent" is not null

),

rolled_up_members as (

    select distinct
        members.id_product,
        ancestors.id_ancestor as id_product_category

    from {{ ref('ecommerce_product_categories') }} as members
    inner join ancestors
        on members.id_product_category = ancestors.id_product_category

),

category_counts as (

    select
        id_product,
        count(*) as rolled_up_count,
        (
            select count(*)
            from {{ ref('ecommerce_product_categories') }} as members
            where members.id_product = rolled_up_members.id_product
        ) as category_count

    from rolled_up_members
    group by id_product

),
{%- endif %}

lines as (

    select
        items.*,
        items.gross_amount - items.discount_amount - items.refund_amount as net_amount,
        transactions."idShop" as id_shop,
        transactions."originalCurrency" as original_currency,
        orders.ordered_on,
        {%- if has_categories %}
        coalesce(category_counts.category_count, 0) as category_count,
        coalesce(category_counts.rolled_up_count, 0) as rolled_up_count,
        {%- endif %}
        case when items.id_product is null then 0 else 1 end as product_count

    from items
    inner join {{ ref('ECommerce_Transaction') }} as transactions
        on items.id_transaction = transactions."idTransaction"
    left join {{ ref('ecommerce_transactions_enriched') }} as orders
        on items.id_transaction = orders.id_transaction
    {%- if has_categories %}
    left join category_counts
        on items.id_product = category_counts.id_product
    {%- endif %}
    where
        not transactions."isTest"
        and transactions."dtDeleted" is null

)

,

-- Products and categories from sums by product: a large shop's lines are added up once.
product_sums as (

    select
        id_product,
        original_currency,
        {%- if has_categories %}
        category_count,
        rolled_up_count,
        {%- endif %}
        product_count
        {%- for amount in amounts %},
        sum({{ amount }}) as {{ amount }}
        {%- endfor %}

    from lines
    group by id_product, original_currency, product_count
        {{- ', category_count, rolled_up_count' if has_categories }}

)

{%- if has_products %},

product_lines as (

    select * from product_sums
    where id_product is not null

)
{%- endif %}
{%- if has_categories %},

category_lines as (

    select
        product_sums.*,
        members.id_product_category

    from product_sums
    inner join {{ ref('ecommerce_product_categories') }} as members
        on product_sums.id_product = members.id_product

),

rolled_up_lines as (

    select
        product_sums.*,
        members.id_product_category

    from product_sums
    inner join rolled_up_members as members
        on product_sums.id_product = members.id_product

)
{%- endif %}
{%- for name, its in marts.items() %},

{{ name }}_found as (

    select
        concat_ws('|', {{ its['keys'] | join(', ') }}) as mart_key
        {%- for amount in amounts %},
        {{ its['prefix'] }}{{ amount }} as {{ amount }}
        {%- endfor %}

    from {{ ref(its['mart']) }}

),

{{ name }}_placed as (

    select
        concat_ws('|', {{ its['keys'] | join(', ') }}) as mart_key,
        original_currency
        {%- for amount in amounts %},
        sum({{ amount }}) as {{ amount }}
        {%- endfor %}

    from {{ its['lines'] }}
    group by 1, 2

),

{{ name }}_differences as (

    select
        'row' as kind,
        mart_key as whose,
        {{ amounts | join(', ') }}

    from {{ name }}_placed
    union all
    select
        'row',
        mart_key,
        -{{ amounts | join(', -') }}

    from {{ name }}_found
    union all
    select
        'currency',
        placed.original_currency
        {%- for amount in amounts %},
        placed.{{ amount }}
        {%- endfor %}

    from {{ name }}_placed as placed
    inner join {{ name }}_found as found
        on placed.mart_key = found.mart_key
    union all
    select
        'currency',
        original_currency
        {%- for amount in amounts %},
        -{{ its['times'] }} * {{ amount }}
        {%- endfor %}

    from product_sums

)
{%- endfor %}
{% for name, its in marts.items() %}
select
    '{{ its['mart'] }}' as mart,
    '{{ name }}' as part,
    kind,
    whose

from {{ name }}_differences
group by kind, whose
having
    {%- for amount in amounts %}
    {{ 'or ' if not loop.first }}sum({{ amount }}) <> 0
    {%- endfor %}
{{ 'union all' if not loop.last }}
{%- endfor %}

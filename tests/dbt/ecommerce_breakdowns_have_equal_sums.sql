-- Sales by order, day, product, primary category, campaign and contact have the same sums. Each
-- breakdown has a row for sales without a day, product, category, campaign or contact.
{%- if not ecommerce_is_whole_test() %}
select 1 where 1 = 0
{%- else %}
{%- set figures = [
    'gross_amount', 'discount_amount', 'return_amount', 'rounding_amount', 'fee_amount',
    'net_amount', 'projected_revenue_amount', 'realised_revenue_amount',
] %}
{%- set marts = [
    'ecommerce_sales_daily', 'ecommerce_campaign_performance', 'ecommerce_campaign_sales_daily',
    'ecommerce_contact_summary',
] %}
{%- if ecommerce_is_on('items') %}{% do marts.append('ecommerce_product_sales_daily') %}{% endif %}
{%- set has_products = ecommerce_is_on('items') and ecommerce_is_on('products') %}
{%- if has_products %}{% do marts.append('ecommerce_product_stats') %}{% endif %}
{%- set has_categories = has_products and ecommerce_is_on('categories') %}

with

orders as (

    select
        {%- for figure in figures %}
        coalesce(sum({{ figure }}), {{ ecommerce_zero('sum') }}) as {{ figure }}
        {{- ',' if not loop.last }}
        {%- endfor %}

    from {{ ref('shopapp_ecommerce', 'ecommerce_transactions_enriched') }}
    where is_counted

),

breakdowns as (

    {%- for mart in marts %}
    select
        '{{ mart }}' as mart
        {%- for figure in figures %},
        coalesce(sum({{ figure }}), {{ ecommerce_zero('sum') }}) as {{ figure }}
        {%- endfor %}

    from {{ ref('shopapp_ecommerce', mart) }}
    {{- '\n    union all' if not loop.last }}
    {%- endfor %}

)

select breakdowns.mart
from breakdowns
cross join orders
where
    {%- for figure in figures %}
    {{ 'or ' if not loop.first }}breakdowns.{{ figure }} <> orders.{{ figure }}
    {%- endfor %}
{%- if has_categories %}
union all
select 'ecommerce_category_stats'
from orders
cross join (
    select
        coalesce(sum(primary_gross_amount), {{ ecommerce_zero('sum') }}) as gross_amount,
        coalesce(sum(primary_net_amount), {{ ecommerce_zero('sum') }}) as net_amount

    from {{ ref('shopapp_ecommerce', 'ecommerce_category_stats') }}
) as categories
where
    categories.gross_amount <> orders.gross_amount
    or categories.net_amount <> orders.net_amount
{%- endif %}
{%- endif %}

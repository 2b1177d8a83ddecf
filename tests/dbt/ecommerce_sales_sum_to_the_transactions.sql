-- Per shop and original currency, ecommerce_sales_daily sums to the counted orders of the table:
-- number of orders, and amounts in both currencies.
{%- set amounts = {
    'gross_amount': 'revenue', 'discount_amount': 'discount', 'refund_amount': 'refund',
    'shipping_amount': 'shipping', 'tax_amount': 'tax', 'adjustment_amount': 'adjustment',
    'total_amount': 'total', 'original_gross_amount': 'original_revenue',
    'original_discount_amount': 'original_discount', 'original_refund_amount': 'original_refund',
    'original_total_amount': 'original_total',
} %}
with

expected as (

    select
        id_shop,
        original_currency,
        count(*) as order_count
        {%- for name, column in amounts.items() %},
        coalesce(
            sum({{ column }}),
            {{ ecommerce_zero('quantity_sum' if name.startswith('original_') else 'sum') }}
        ) as {{ name }}
        {%- endfor %}

    from {{ ecommerce_lower_names(
        ref('shopapp_ecommerce', 'ECommerce_Transaction'), 'ECommerce_Transaction'
    ) }} as transactions
    where
        not is_test
        and dt_deleted is null
    group by id_shop, original_currency

),

{%- for mart in ['ecommerce_transactions_enriched', 'ecommerce_sales_daily'] %}

{{ mart }}_sums as (

    select
        id_shop,
        original_currency,
        {{ 'sum(order_count)' if mart.endswith('daily') else 'count(*)' }} as order_count
        {%- for name in amounts %},
        coalesce(
            sum({{ name }}),
            {{ ecommerce_zero('quantity_sum' if name.startswith('original_') else 'sum') }}
        ) as {{ name }}
        {%- endfor %}

    from {{ ref('shopapp_ecommerce', mart) }}
    {{ 'where is_counted' if not mart.endswith('daily') }}
    group by id_shop, original_currency

){{ ',' if not loop.last }}
{%- endfor %}

{%- for mart in ['ecommerce_transactions_enriched', 'ecommerce_sales_daily'] %}
(
    select '{{ mart }} lacks' as problem, * from expected
    {{ dbt.except() }}
    select '{{ mart }} lacks', * from {{ mart }}_sums
)
union all
(
    select '{{ mart }} has', * from {{ mart }}_sums
    {{ dbt.except() }}
    select '{{ mart }} has', * from expected
)
{{ 'union all' if not loop.last }}
{%- endfor %}

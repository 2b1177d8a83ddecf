-- Per shop and original currency, ecommerce_sales_daily sums to the counted orders of the table:
-- number of orders, and amounts in both currencies.
{%- set amounts = {
    'gross_amount': 'Revenue', 'discount_amount': 'Discount', 'refund_amount': 'Refund',
    'shipping_amount': 'Shipping', 'tax_amount': 'Tax', 'adjustment_amount': 'Adjustment',
    'total_amount': 'Total', 'original_gross_amount': 'originalRevenue',
    'original_discount_amount': 'originalDiscount', 'original_refund_amount': 'originalRefund',
    'original_total_amount': 'originalTotal',
} %}
with

expected as (

    select
        "idShop" as id_shop,
        "originalCurrency" as original_currency,
        count(*) as order_count,
        {%- for name, column in amounts.items() %}
        coalesce(sum("{{ column }}"), 0) as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}

    from {{ ref('shopapp_ecommerce', 'ECommerce_Transaction') }}
    where
        not "isTest"
        and "dtDeleted" is null
    group by 1, 2

),

{%- for mart in ['ecommerce_transactions_enriched', 'ecommerce_sales_daily'] %}

{{ mart }}_sums as (

    select
        id_shop,
        original_currency,
        {{ 'sum(order_count)' if mart.endswith('daily') else 'count(*)' }} as order_count,
        {%- for name in amounts %}
        coalesce(sum({{ name }}), 0) as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}

    from {{ ref('shopapp_ecommerce', mart) }}
    {{ 'where is_counted' if not mart.endswith('daily') }}
    group by 1, 2

){{ ',' if not loop.last }}
{%- endfor %}

{%- for mart in ['ecommerce_transactions_enriched', 'ecommerce_sales_daily'] %}
(
    select '{{ mart }} lacks' as problem, * from expected
    except all
    select '{{ mart }} lacks', * from {{ mart }}_sums
)
union all
(
    select '{{ mart }} has', * from {{ mart }}_sums
    except all
    select '{{ mart }} has', * from expected
)
{{ 'union all' if not loop.last }}
{%- endfor %}

{#-
  Metrics over the counted orders of ecommerce_transactions_enriched. The docs blocks with the
  same names describe the formulas. Orders without a rate have no amounts, so the sums do not
  include them.
-#}
{% macro ecommerce_order_metrics() -%}
count(*) as order_count,
count(*) filter (where is_cancelled) as cancelled_order_count,
count(*) filter (where gross_amount is null) as unconverted_order_count,
count(*) filter (where is_first_order) as first_order_count,
count(*) filter (where not is_first_order) as repeat_order_count,
count(distinct case when not is_cancelled then buyer_key end) as buyer_count,
sum(unit_count) as unit_count,
sum(sold_unit_count) as sold_unit_count,
sum(returned_unit_count) as returned_unit_count
{%- for amount in ecommerce_order_amount_names() %},
coalesce(sum({{ amount }}), {{ ecommerce_zero('sum') }}) as {{ amount }}
{%- endfor %}
{%- endmacro %}

{#- Names of the amount columns of an order in the reporting currency. -#}
{% macro ecommerce_order_amount_names() -%}
    {{- return([
        'gross_amount', 'discount_amount', 'refund_amount', 'net_amount', 'shipping_amount',
        'tax_amount', 'adjustment_amount', 'total_amount', 'projected_revenue_amount',
        'realised_revenue_amount',
    ]) -}}
{%- endmacro %}

{#- Ratios of the metrics above, for a CTE that has the metrics as columns. -#}
{% macro ecommerce_order_ratios() -%}
{{ ecommerce_quotient(
    '(gross_amount - discount_amount)', '(order_count - unconverted_order_count)', 4
) }} as average_order_amount,
{{ ecommerce_quotient('sold_unit_count', 'order_count', 6) }} as items_per_order,
{{ ecommerce_quotient('returned_unit_count', 'sold_unit_count', 6) }} as return_rate
{%- endmacro %}

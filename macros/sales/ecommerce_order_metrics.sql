{#-
  Metrics over the counted orders of ecommerce_transactions_enriched. The docs blocks with the
  same names describe the formulas. Orders without a rate have no amounts, so the sums do not
  include them.

  ecommerce_order_counts: numbers of orders and buyers. ecommerce_order_metrics: these, and sums of
  units and amounts. ecommerce_order_ratios: ratios of these metrics, for a CTE that has them as
  columns.
-#}
{% macro ecommerce_order_counts() -%}
count(*) as order_count,
count(*) filter (where is_cancelled) as cancelled_order_count,
count(*) filter (where gross_amount is null) as unconverted_order_count,
count(*) filter (where is_first_order) as first_order_count,
count(*) filter (where not is_first_order) as repeat_order_count,
count(distinct buyer_key) as buyer_count
{%- endmacro %}

{#- Names of the counts above. -#}
{% macro ecommerce_order_count_names() -%}
    {{- return([
        'order_count', 'cancelled_order_count', 'unconverted_order_count', 'first_order_count',
        'repeat_order_count', 'buyer_count',
    ]) -}}
{%- endmacro %}

{% macro ecommerce_order_metrics() -%}
{{ ecommerce_order_counts() }}
{%- for units in ecommerce_unit_names() %},
coalesce(sum({{ units }}), {{ ecommerce_zero('quantity_sum') }}) as {{ units }}
{%- endfor %}
{%- for amount in ecommerce_order_amount_names() %},
coalesce(sum({{ amount }}), {{ ecommerce_zero('sum') }}) as {{ amount }}
{%- endfor %}
{%- endmacro %}

{#- Names of the columns of an order with numbers of units. -#}
{% macro ecommerce_unit_names() %}
    {{- return(['unit_count', 'sold_unit_count', 'returned_unit_count']) -}}
{% endmacro %}

{#- Names of the amount columns of an order in the reporting currency. -#}
{% macro ecommerce_order_amount_names() -%}
    {{- return(ecommerce_figures_by_event() + ecommerce_figures_by_order()) -}}
{%- endmacro %}

{#- Ratios of the metrics above, for a CTE that has the metrics as columns. -#}
{% macro ecommerce_order_ratios() -%}
{{ ecommerce_quotient(
    '(gross_amount - discount_amount)', '(order_count - unconverted_order_count)', 4
) }} as average_order_amount,
{{ ecommerce_quotient('sold_unit_count', 'order_count', 6) }} as items_per_order,
{{ ecommerce_quotient('returned_unit_count', 'sold_unit_count', 6) }} as return_rate
{%- endmacro %}

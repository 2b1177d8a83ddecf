{#-
  Metrics over int_ecommerce__lines_sold. The docs blocks with the same names describe the
  formulas. Ratios are computed by ecommerce_ratio in a later CTE, which has the metrics as
  columns.
-#}
{% macro ecommerce_line_metrics() -%}
count(distinct id_transaction) as order_count,
sum(quantity) as unit_count,
sum(sold_quantity) as sold_unit_count,
sum(returned_quantity) as returned_unit_count,
sum(gross_amount) as gross_amount,
sum(discount_amount) as discount_amount,
sum(refund_amount) as refund_amount,
sum(gross_amount - discount_amount - refund_amount) as net_amount,
sum(case when is_projected then gross_amount - discount_amount else 0 end)
    as projected_revenue_amount,
sum(case when is_realised then gross_amount - discount_amount else 0 end)
    as realised_revenue_amount
{%- endmacro %}

{#- Names of the metrics above, in the same order. -#}
{% macro ecommerce_line_metric_names() -%}
    {{- return([
        'order_count', 'unit_count', 'sold_unit_count', 'returned_unit_count', 'gross_amount',
        'discount_amount', 'refund_amount', 'net_amount', 'projected_revenue_amount',
        'realised_revenue_amount',
    ]) -}}
{%- endmacro %}

{#-
  Metrics over int_ecommerce__lines_sold. The docs blocks with the same names describe the
  formulas. Ratios are computed by ecommerce_quotient in a later CTE, which has the metrics as
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
sum(
    case when is_projected then gross_amount - discount_amount else {{ ecommerce_zero('money') }} end
) as projected_revenue_amount,
sum(
    case when is_realised then gross_amount - discount_amount else {{ ecommerce_zero('money') }} end
) as realised_revenue_amount
{%- endmacro %}

{#- Types of the sums above by name, in the same order: all metrics except order_count. -#}
{% macro ecommerce_line_sum_types() -%}
    {{- return({
        'unit_count': 'quantity_sum', 'sold_unit_count': 'quantity_sum',
        'returned_unit_count': 'quantity_sum', 'gross_amount': 'sum', 'discount_amount': 'sum',
        'refund_amount': 'sum', 'net_amount': 'sum', 'projected_revenue_amount': 'sum',
        'realised_revenue_amount': 'sum',
    }) -}}
{%- endmacro %}

{#- The money measures over int_ecommerce__lines_sold; their formulas are docs blocks of the same names. -#}
{% macro ecommerce_line_measures() -%}
sum(gross_amount) as gross_amount,
sum(discount_amount) as discount_amount,
sum(refund_amount) as refund_amount,
sum(gross_amount - discount_amount - refund_amount) as net_amount,
sum(case when is_projected then gross_amount - discount_amount else 0 end)
    as projected_revenue_amount,
sum(case when is_realised then gross_amount - discount_amount else 0 end)
    as realised_revenue_amount
{%- endmacro %}

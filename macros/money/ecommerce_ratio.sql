{#- Quotient of two numbers with six decimals; null if the divisor is null or zero. -#}
{% macro ecommerce_ratio(part, whole) -%}
    round(cast({{ part }} as numeric) / nullif({{ whole }}, 0), 6)
{%- endmacro %}

{#- One number by another, to six decimals; null where there is nothing to divide by. -#}
{% macro ecommerce_ratio(part, whole) -%}
    round(cast({{ part }} as numeric) / nullif({{ whole }}, 0), 6)
{%- endmacro %}

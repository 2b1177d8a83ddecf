{#- Zero of a type of ecommerce_type. Some engines take the type of the branches of `case` and
    `coalesce` from an untyped `0`, and cut decimals off. -#}
{% macro ecommerce_zero(type) -%}
    cast(0 as {{ ecommerce_type(type) }})
{%- endmacro %}

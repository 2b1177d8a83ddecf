{#- A decimal as text with the given number of decimals, which is that of its type: `1.5000`. -#}
{% macro ecommerce_decimal_text(amount, decimals) %}
    {{- adapter.dispatch('ecommerce_decimal_text', 'shopapp_ecommerce')(amount, decimals) -}}
{% endmacro %}

{% macro postgres__ecommerce_decimal_text(amount, decimals) %}
    cast({{ amount }} as text)
{%- endmacro %}

{% macro duckdb__ecommerce_decimal_text(amount, decimals) %}
    cast({{ amount }} as text)
{%- endmacro %}

{#- Without ANSI mode, the cast of 0.0000000000 to text is `0E-10`. -#}
{% macro spark__ecommerce_decimal_text(amount, decimals) %}
    format_number({{ amount }}, '0{{ '.' if decimals }}{{ '0' * decimals }}')
{%- endmacro %}

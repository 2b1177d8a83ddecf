{#- Amount, rounded half away from zero to `decimals` decimals, a literal. -#}
{% macro ecommerce_round(amount, decimals) %}
    {{- adapter.dispatch('ecommerce_round', 'shopapp_ecommerce')(amount, decimals) -}}
{% endmacro %}

{% macro postgres__ecommerce_round(amount, decimals) %}
    round({{ amount }}, {{ decimals }})
{%- endmacro %}

{% macro duckdb__ecommerce_round(amount, decimals) %}
    round({{ amount }}, {{ decimals }})
{%- endmacro %}

{% macro spark__ecommerce_round(amount, decimals) %}
    round({{ amount }}, {{ decimals }})
{%- endmacro %}

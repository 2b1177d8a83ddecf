{#- One row per day from `first` to `last`, two dates; for a select list. -#}
{% macro ecommerce_days(first, last) %}
    {{- adapter.dispatch('ecommerce_days', 'shopapp_ecommerce')(first, last) -}}
{% endmacro %}

{% macro postgres__ecommerce_days(first, last) %}
    cast(generate_series({{ first }}, {{ last }}, interval '1 day') as date)
{%- endmacro %}

{% macro duckdb__ecommerce_days(first, last) %}
    cast(unnest(generate_series({{ first }}, {{ last }}, interval '1 day')) as date)
{%- endmacro %}

{#- Whether a part of a text matches a regular expression. -#}
{% macro ecommerce_matches(text, pattern) %}
    {{- adapter.dispatch('ecommerce_matches', 'shopapp_ecommerce')(text, pattern) -}}
{% endmacro %}

{% macro postgres__ecommerce_matches(text, pattern) %}
    {{ text }} ~ '{{ pattern }}'
{%- endmacro %}

{% macro duckdb__ecommerce_matches(text, pattern) %}
    regexp_matches({{ text }}, '{{ pattern }}')
{%- endmacro %}

{% macro spark__ecommerce_matches(text, pattern) %}
    {{ text }} rlike '{{ pattern }}'
{%- endmacro %}

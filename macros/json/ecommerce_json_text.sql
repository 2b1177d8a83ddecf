{#- A text as a JSON string, with quotes; null for null. -#}
{% macro ecommerce_json_text(text) %}
    {{- adapter.dispatch('ecommerce_json_text', 'shopapp_ecommerce')(text) -}}
{% endmacro %}

{% macro postgres__ecommerce_json_text(text) %}
    cast(to_json({{ text }}) as text)
{%- endmacro %}

{% macro duckdb__ecommerce_json_text(text) %}
    cast(to_json({{ text }}) as text)
{%- endmacro %}

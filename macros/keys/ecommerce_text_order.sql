{#- Text for `order by`, `min` and `max`: by code points, so that the order does not depend on the
    collation of the database. -#}
{% macro ecommerce_text_order(text) %}
    {{- adapter.dispatch('ecommerce_text_order', 'shopapp_ecommerce')(text) -}}
{% endmacro %}

{% macro postgres__ecommerce_text_order(text) %}
    ({{ text }}) collate "C"
{%- endmacro %}

{% macro duckdb__ecommerce_text_order(text) %}
    {{- text }}
{%- endmacro %}

{% macro spark__ecommerce_text_order(text) %}
    {{- text }}
{%- endmacro %}

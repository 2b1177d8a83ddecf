{#-
  Join with the elements of a JSON array of texts: one row per element, with its position from 1.
  A null instead of an array has no elements.

  json: an SQL expression. alias: alias of the joined rows, which have the columns `element` and
  `element_position`.
-#}
{% macro ecommerce_json_elements(json, alias) %}
    {{- adapter.dispatch('ecommerce_json_elements', 'shopapp_ecommerce')(json, alias) -}}
{% endmacro %}

{% macro postgres__ecommerce_json_elements(json, alias) %}
    cross join lateral jsonb_array_elements_text({{ json }})
        with ordinality as {{ alias }} (element, element_position)
{%- endmacro %}

{% macro duckdb__ecommerce_json_elements(json, alias) %}
    cross join lateral unnest(json_extract_string({{ json }}, '$[*]'))
        with ordinality as {{ alias }} (element, element_position)
{%- endmacro %}

{#-
  Join with the elements of a JSON array of texts: one row per element, with its position from 1.
  Null, and JSON that is not an array, have no elements.

  json: an SQL expression. alias: alias of the joined rows, which have the columns `element` and
  `element_position`.
-#}
{% macro ecommerce_json_elements(json, alias) %}
    {{- adapter.dispatch('ecommerce_json_elements', 'shopapp_ecommerce')(json, alias) -}}
{% endmacro %}

{% macro postgres__ecommerce_json_elements(json, alias) %}
    cross join lateral jsonb_array_elements_text(
        case when jsonb_typeof({{ json }}) = 'array' then {{ json }} end
    ) with ordinality as {{ alias }} (element, element_position)
{%- endmacro %}

{% macro duckdb__ecommerce_json_elements(json, alias) %}
    cross join lateral unnest(json_extract_string({{ json }}, '$[*]'))
        with ordinality as {{ alias }} (element, element_position)
{%- endmacro %}

{% macro spark__ecommerce_json_elements(json, alias) %}
    cross join lateral (
        select
            col as element,
            pos + 1 as element_position

        from posexplode(from_json({{ json }}, 'array<string>'))
    ) as {{ alias }}
{%- endmacro %}

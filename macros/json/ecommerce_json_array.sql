{#-
  JSON arrays of texts.

  ecommerce_json_list: an array as text. texts: SQL expressions.
  ecommerce_json_element: the text at a position from 0. json: an SQL expression of type text.
-#}
{% macro ecommerce_json_list(texts) %}
    {%- set elements = [] -%}
    {%- for text in texts -%}
        {%- do elements.append('coalesce(' ~ ecommerce_json_text(text) ~ ", 'null')") -%}
    {%- endfor -%}
    '[' || {{ elements | join(" || ', ' || ") }} || ']'
{%- endmacro %}

{% macro ecommerce_json_element(json, position) %}
    {{- adapter.dispatch('ecommerce_json_element', 'shopapp_ecommerce')(json, position) -}}
{% endmacro %}

{% macro postgres__ecommerce_json_element(json, position) %}
    cast({{ json }} as json) ->> {{ position }}
{%- endmacro %}

{% macro duckdb__ecommerce_json_element(json, position) %}
    json_extract_string({{ json }}, '$[{{ position }}]')
{%- endmacro %}

{% macro spark__ecommerce_json_element(json, position) %}
    get(from_json({{ json }}, 'array<string>'), {{ position }})
{%- endmacro %}

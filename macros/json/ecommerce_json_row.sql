{#-
  A JSON object as text, with the same text on every engine. Decimals and dates are strings, times
  are strings in UTC.

  columns: SQL expressions by name, with their types in the contract: {name: (expression, type)}.
-#}
{% macro ecommerce_json_row(columns) %}
    {%- set members = [] -%}
    {%- for name, (expression, type) in columns.items() -%}
        {%- set text = 'cast(' ~ expression ~ ' as ' ~ ecommerce_type('text') ~ ')' -%}
        {%- if type == 'timestamp' -%}
            {%- set text = ecommerce_json_text(ecommerce_utc_text(expression)) -%}
        {%- elif type not in ('boolean', 'integer', 'json') -%}
            {%- set text = ecommerce_json_text(text) -%}
        {%- endif -%}
        {%- do members.append("'\"" ~ name ~ "\": ' || coalesce(" ~ text ~ ", 'null')") -%}
    {%- endfor -%}
    '{' || {{ members | join(" || ', ' || ") }} || '}'
{%- endmacro %}

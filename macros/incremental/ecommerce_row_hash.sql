{#-
  Hash of a row's values, the same in every session and on every engine. Each value has one text:
  texts are written with their length, so that no two rows have the same text; null is empty. Lists hold codes, which have no commas.

  columns: names and types of the columns.
-#}
{% macro ecommerce_row_hash(columns) %}
    {%- set text_type = ecommerce_type('text') -%}
    {%- set parts = [] -%}
    {%- for column in columns -%}
        {%- if column.type == ecommerce_type('time') -%}
            {%- set value = ecommerce_utc_text(column.name) -%}
        {%- elif column.type == ecommerce_type('texts') -%}
            {%- set value = ecommerce_list_text(column.name) -%}
        {%- elif column.type == text_type -%}
            {%- set value =
                'cast(length(' ~ column.name ~ ') as ' ~ text_type ~ ") || ':' || " ~ column.name -%}
        {%- elif column.type.startswith('numeric') -%}
            {%- set decimals = modules.re.findall('[0-9]+', column.type)[1] | int -%}
            {%- set value = ecommerce_decimal_text(column.name, decimals) -%}
        {%- else -%}
            {%- set value = 'cast(' ~ column.name ~ ' as ' ~ text_type ~ ')' -%}
        {%- endif -%}
        {%- do parts.append('coalesce(' ~ value ~ ", '')") -%}
    {%- endfor -%}
    {{ dbt.hash("concat_ws(';', " ~ parts | join(', ') ~ ')') }}
{%- endmacro %}

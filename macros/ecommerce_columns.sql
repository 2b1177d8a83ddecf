{#-
  What a table has of the columns that the current version gives it. A table that was built by an
  older version gains the new columns at the end of the next build; until then a model that reads
  its own table must not name them.

  ecommerce_lacks_columns: whether the table of a model with a contract lacks a column.
  ecommerce_existing_rows: a select of the model's own table, with the columns {name: type} or
  those of its contract. A missing column reads as null.
-#}
{% macro ecommerce_lacks_columns(name) %}
    {%- set table = ecommerce_table(name) -%}
    {%- if not table -%}
        {{- return(false) -}}
    {%- endif -%}
    {%- set found = adapter.get_columns_in_relation(table) | map(attribute='name') | list -%}
    {%- set columns = graph.nodes['model.shopapp_ecommerce.' ~ name].columns -%}
    {{- return(columns | reject('in', found) | list | length > 0) -}}
{% endmacro %}

{% macro ecommerce_existing_rows(columns=none) %}
    {%- if not columns -%}
        {%- set columns = {} -%}
        {%- for column in model.columns.values() -%}
            {%- do columns.update({column.name: column.data_type}) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- set found = adapter.get_columns_in_relation(this) | map(attribute='name') | list %}
    select
    {%- for name, type in columns.items() %}
        {{ name if name in found else 'cast(null as ' ~ type ~ ')' }} as {{ name }}
        {{- ',' if not loop.last }}
    {%- endfor %}

    from {{ this }}
{%- endmacro %}

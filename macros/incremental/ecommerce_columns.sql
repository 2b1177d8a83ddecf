{#-
  How the columns of a table differ from those that this version and these settings give it. A
  table of an older version gains its new columns at the end of the next build; until then a model
  that reads its own table must not name them.

  ecommerce_columns_differ: whether a table lacks a column of its model's contract, or has it in
  another type. Then every row is to be written.
  ecommerce_match_columns: hook that adds such columns and changes their types, where dbt's own
  on_schema_change cannot: it never changes a type, and does not know the types of arrays. The
  build then fills these columns.
  ecommerce_existing_rows: a select of the model's own table, with the columns {name: type} or
  those of its contract. A missing column reads as null.
-#}
{% macro ecommerce_columns_differ(name) %}
    {%- set table = ecommerce_table(name) -%}
    {%- if not table -%}
        {{- return(false) -}}
    {%- endif -%}
    {%- set columns = graph.nodes['model.shopapp_ecommerce.' ~ name].columns -%}
    {%- set found = adapter.get_columns_in_relation(table) | map(attribute='name') | list -%}
    {{- return(
        columns | reject('in', found) | list | length > 0
        or _ecommerce_retyped_columns(table, columns) | length > 0
    ) -}}
{% endmacro %}

{% macro ecommerce_match_columns() %}
    {%- if is_incremental() and not flags.EMPTY %}
    {%- set found = adapter.get_columns_in_relation(this) | map(attribute='name') | list %}
    {%- for column in model.columns.values() if column.name not in found %}
    alter table {{ this }}
    add column {{ adapter.quote(column.name) }} {{ column.data_type }};
    {%- endfor %}
    {%- set retyped = _ecommerce_retyped_columns(this, model.columns) %}
    {%- if retyped %}
    {{ ecommerce_drop_reader_view() }}
    {%- endif %}
    {%- for column in retyped %}
    alter table {{ this }}
    alter column {{ adapter.quote(column.name) }} type {{ column.data_type }}
    using cast(null as {{ column.data_type }});
    {%- endfor %}
    {%- endif %}
{% endmacro %}

{#- Only types that a setting can choose, by the names that the catalog has for them. -#}
{% macro _ecommerce_retyped_columns(table, columns) %}
    {%- set types = {'bigint': 'bigint', 'int': 'integer', 'text': 'text', 'uuid': 'uuid'} -%}
    {%- set retyped = [] -%}
    {%- for found in adapter.get_columns_in_relation(table) if found.name in columns -%}
        {%- set column = columns[found.name] -%}
        {%- if found.data_type in types.values() and column.data_type in types
            and found.data_type != types[column.data_type] -%}
            {%- do retyped.append(column) -%}
        {%- endif -%}
    {%- endfor -%}
    {{- return(retyped) -}}
{% endmacro %}

{% macro ecommerce_existing_rows(columns=none) %}
    {%- if not columns -%}
        {%- set columns = {} -%}
        {%- for column in model.columns.values() -%}
            {%- do columns.update({column.name: column.data_type}) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- set found = adapter.get_columns_in_relation(this) | map(attribute='name') | list -%}
    select
    {%- for name, type in columns.items() %}
        cast({{ name if name in found else 'null' }} as {{ type }}) as {{ name }}
        {{- ',' if not loop.last }}
    {%- endfor %}

    from {{ this }}
{%- endmacro %}

{#-
  Compare and change the columns of tables that another version or other settings created. A table
  gets the new columns of a version at the end of the next build. Until then, a model that reads
  its own table must not name these columns.

  ecommerce_columns_differ: whether a table lacks a column of its model's contract, or has the
  column with another type. In both cases the build writes every row.

  ecommerce_existing_rows: select of the model's own table, with the columns {name: type}, by
  default the columns of its contract. Missing columns are null.
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

{#- Adds missing columns to a maintained table and changes types; the build then fills the columns.
    dbt's on_schema_change cannot do this: it changes no types and does not know array types. -#}
{% macro _ecommerce_match_columns(relation) %}
    {%- set found = adapter.get_columns_in_relation(relation) | map(attribute='name') | list -%}
    {%- for column in model.columns.values() if column.name not in found -%}
        {%- do run_query(
            'alter table ' ~ relation ~ ' add column ' ~ ecommerce_quote(column.name) ~ ' '
            ~ column.data_type
        ) -%}
    {%- endfor -%}
    {%- set retyped = _ecommerce_retyped_columns(relation, model.columns) -%}
    {%- set drop_view = ecommerce_drop_reader_view() if retyped -%}
    {%- if drop_view and drop_view | trim -%}{%- do run_query(drop_view) -%}{%- endif -%}
    {%- for column in retyped -%}
        {%- do run_query(
            'alter table ' ~ relation ~ ' alter column ' ~ ecommerce_quote(column.name)
            ~ ' set data type ' ~ column.data_type ~ ' using cast(null as ' ~ column.data_type ~ ')'
        ) -%}
    {%- endfor -%}
{% endmacro %}

{#- Only columns whose types settings can select: bigint, int, text and uuid. -#}
{% macro _ecommerce_retyped_columns(table, columns) %}
    {%- set retyped = [] -%}
    {%- for found in adapter.get_columns_in_relation(table) if found.name in columns -%}
        {%- set column = columns[found.name] -%}
        {%- set types = [_ecommerce_id_type(found.data_type), _ecommerce_id_type(column.data_type)] -%}
        {%- if types[0] and types[1] and types[0] != types[1] -%}
            {%- do retyped.append(column) -%}
        {%- endif -%}
    {%- endfor -%}
    {{- return(retyped) -}}
{% endmacro %}

{#- The setting for a type of the catalog, such as `int` for `integer`; none for other types. -#}
{% macro _ecommerce_id_type(type) %}
    {%- set names = {
        'bigint': 'bigint', 'int': 'int', 'integer': 'int', 'text': 'text', 'varchar': 'text',
        'character varying': 'text', 'uuid': 'uuid',
    } -%}
    {#- dbt adds a length to texts on some engines. -#}
    {{- return(names.get((type | lower).split('(')[0])) -}}
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

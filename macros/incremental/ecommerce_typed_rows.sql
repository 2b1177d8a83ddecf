{#-
  Last select of a model with a contract.

  ecommerce_typed_rows: the rows of `from_cte` with the columns and types of the model's contract.
  `columns` of the CTE have lower-case names, such as `id_transaction` for `idTransaction`.

  ecommerce_hashed_rows: the same, plus a hash of the columns without load times. The columns are
  named row_hash and load_time.
-#}
{% macro ecommerce_typed_rows(from_cte) %}
    {%- if not model.columns %}
    {#- Unit tests have no contract, so they compare the rows without casts. -#}
    select * from {{ from_cte }}
    {%- else %}
    select
        {{ _ecommerce_typed_columns(model.columns.values()) | join(',\n        ') }}
    from {{ from_cte }}
    {%- endif %}
{%- endmacro %}

{% macro ecommerce_hashed_rows(from_cte, row_hash='rowHash', load_time='dtLoaded') %}
    {%- set hash_column = ecommerce_quote(row_hash) -%}
    {%- set columns = model.columns.values() | rejectattr('name', 'equalto', row_hash) | list -%}
    {%- set hashed = [] -%}
    {%- for column in columns if column.name != load_time -%}
        {%- do hashed.append({'name': ecommerce_quote(column.name), 'type': column.data_type}) -%}
    {%- endfor -%}
    {%- if not hashed %}
    {{ ecommerce_typed_rows(from_cte) }}
    {%- else %}
    select
        typed_rows.*,
        {{ ecommerce_row_hash(hashed) }} as {{ hash_column }}
    from (
        select
            {{ _ecommerce_typed_columns(columns) | join(',\n            ') }}
        from {{ from_cte }}
    ) as typed_rows
    {%- endif %}
{%- endmacro %}

{#- The columns of a contract, cast from their lower-case names. -#}
{% macro _ecommerce_typed_columns(columns) %}
    {%- set typed = [] -%}
    {%- for column in columns -%}
        {%- do typed.append(
            'cast(' ~ ecommerce_column_name(column.name) ~ ' as ' ~ column.data_type ~ ') as '
            ~ ecommerce_quote(column.name)
        ) -%}
    {%- endfor -%}
    {{- return(typed) -}}
{% endmacro %}

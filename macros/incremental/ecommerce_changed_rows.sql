{#-
  Last select of a model with a contract.

  ecommerce_typed_rows: the rows of `from_cte` with the columns and types of the model's contract.
  `columns` of the CTE have lower-case names, such as `id_transaction` for `idTransaction`.

  ecommerce_changed_rows: the same, plus a hash of the columns without load times. An incremental
  run returns only rows whose hash differs from the hash in the table, so unchanged rows are not
  written. If columns of the table differ, all rows are returned.

  key: the key columns. row_hash, load_time: the two columns that the hash leaves out.
  group: key columns of which the query computes all rows. The rows of the table that such a group
  no longer has are returned with the hash `obsolete`, and ecommerce_forget_obsolete deletes them.
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

{% macro ecommerce_changed_rows(
    from_cte, key, row_hash='rowHash', load_time='dtLoaded', group=none
) %}
    {%- set hash_column = ecommerce_quote(row_hash) -%}
    {%- set columns = model.columns.values() | rejectattr('name', 'equalto', row_hash) | list -%}
    {%- set hashed = [] -%}
    {%- for column in columns if column.name != load_time -%}
        {%- do hashed.append({'name': ecommerce_quote(column.name), 'type': column.data_type}) -%}
    {%- endfor -%}
    {%- if not hashed %}
    {{ ecommerce_typed_rows(from_cte) }}
    {%- else %}
    select candidate_rows.*
    from (
        select
            typed_rows.*,
            {{ ecommerce_row_hash(hashed) }} as {{ hash_column }}
        from (
            select
                {{ _ecommerce_typed_columns(columns) | join(',\n                ') }}
            from {{ from_cte }}
        ) as typed_rows
    ) as candidate_rows
    {%- if is_incremental() and not ecommerce_columns_differ(model.name) %}
    left join {{ this }} as existing_rows
        on {% for name in key -%}
            candidate_rows.{{ ecommerce_quote(name) }} = existing_rows.{{ ecommerce_quote(name) }}
            {{- ' and ' if not loop.last }}
        {%- endfor %}
    where existing_rows.{{ hash_column }} is distinct from candidate_rows.{{ hash_column }}
    {%- endif %}
    {%- if is_incremental() and group %}
    union all
    select
        {%- for column in columns %}
        {%- if column.name in key %}
        obsolete.{{ ecommerce_quote(column.name) }},
        {%- else %}
        cast(null as {{ column.data_type }}),
        {%- endif %}
        {%- endfor %}
        'obsolete'
    from (
        select {{ _ecommerce_key_columns('existing_rows', key, quoted=true) }}
        from {{ this }} as existing_rows
        where exists (
            select 1
            from {{ from_cte }}
            where
                {%- for name in group %}
                existing_rows.{{ ecommerce_quote(name) }}
                = {{ from_cte }}.{{ ecommerce_column_name(name) }}
                {{- ' and' if not loop.last }}
                {%- endfor %}
        )
        {{ dbt.except() }}
        select {{ _ecommerce_key_columns(from_cte, key, quoted=false) }}
        from {{ from_cte }}
    ) as obsolete
    {%- endif %}
    {%- endif %}
{% endmacro %}

{% macro _ecommerce_key_columns(table, names, quoted) %}
    {%- for name in names -%}
        {{ table }}.{{ ecommerce_quote(name) if quoted else ecommerce_column_name(name) }}
        {{- ', ' if not loop.last }}
    {%- endfor %}
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

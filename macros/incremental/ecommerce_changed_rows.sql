{#-
  Last select of a table with a contract: the rows of `from_cte` with the columns and types of the
  model's contract, plus "rowHash", a hash of the columns without load times. An incremental run
  returns only rows whose hash differs from the hash in the table, so unchanged rows are not
  written. If columns of the table differ, all rows are returned.

  key: the quoted key columns. row_hash, load_time: the two columns that the hash leaves out.
-#}
{% macro ecommerce_changed_rows(from_cte, key, row_hash='"rowHash"', load_time='"dtLoaded"') %}
    {%- set row_values = [] -%}
    {%- set hashed = [] -%}
    {%- for column in model.columns.values() -%}
        {%- set name = adapter.quote(column.name) if column.quote else column.name -%}
        {%- if name != row_hash -%}
            {%- do row_values.append(
                'cast(' ~ name ~ ' as ' ~ column.data_type ~ ') as ' ~ name
            ) -%}
            {%- if name != load_time -%}
                {%- do hashed.append({'name': name, 'type': column.data_type}) -%}
            {%- endif -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if not hashed %}
    {#- Unit tests have no contract, so they compare the rows without casts. -#}
    select * from {{ from_cte }}
    {%- else %}
    select candidate_rows.*
    from (
        select
            typed_rows.*,
            {{ ecommerce_row_hash(hashed) }} as {{ row_hash }}
        from (
            select
                {{ row_values | join(',\n                ') }}
            from {{ from_cte }}
        ) as typed_rows
    ) as candidate_rows
    {%- if is_incremental() and not ecommerce_columns_differ(model.name) %}
    left join {{ this }} as existing_rows
        on {% for name in key -%}
            candidate_rows.{{ name }} = existing_rows.{{ name }}{{ ' and ' if not loop.last }}
        {%- endfor %}
    where existing_rows.{{ row_hash }} is distinct from candidate_rows.{{ row_hash }}
    {%- endif %}
    {%- endif %}
{% endmacro %}

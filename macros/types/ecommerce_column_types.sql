{#- Types of the columns of a user's relation, as {name: type}; empty while dbt parses. -#}
{% macro ecommerce_column_types(relation) %}
    {%- set types = {} -%}
    {%- if execute and relation -%}
        {%- set query =
            adapter.dispatch('ecommerce_column_types', 'shopapp_ecommerce')(relation) -%}
        {%- for row in run_query(query).rows -%}
            {%- do types.update({row[0]: row[1]}) -%}
        {%- endfor -%}
    {%- endif -%}
    {{- return(types) -}}
{% endmacro %}

{#- Reads pg_attribute, because information_schema does not contain materialized views. -#}
{% macro postgres__ecommerce_column_types(relation) %}
    select
        attname,
        format_type(atttypid, null)

    from pg_attribute
    where
        attrelid = to_regclass('{{ relation }}')
        and attnum > 0
        and not attisdropped
{% endmacro %}

{% macro duckdb__ecommerce_column_types(relation) %}
    select
        column_name,
        lower(column_type)

    from (describe select * from {{ relation }})
{% endmacro %}

{% macro spark__ecommerce_column_types(relation) %}
    describe {{ relation }}
{% endmacro %}

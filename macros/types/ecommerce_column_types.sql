{#-
  The types of a relation of the user's by column, as {name: type}; of none before it is read.
-#}
{% macro ecommerce_column_types(relation) %}
    {{- return(
        adapter.dispatch('ecommerce_column_types', 'shopapp_ecommerce')(relation)
        if execute and relation else {}
    ) -}}
{% endmacro %}

{#- From the catalog itself: information_schema knows no materialized views. -#}
{% macro postgres__ecommerce_column_types(relation) %}
    {%- set query -%}
        select
            attname,
            format_type(atttypid, null)

        from pg_attribute
        where
            attrelid = to_regclass('{{ relation }}')
            and attnum > 0
            and not attisdropped
    {%- endset -%}
    {%- set types = {} -%}
    {%- for row in run_query(query).rows -%}
        {%- do types.update({row[0]: row[1]}) -%}
    {%- endfor -%}
    {{- return(types) -}}
{% endmacro %}

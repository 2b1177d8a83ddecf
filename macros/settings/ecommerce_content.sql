{#- Subquery of the rows of a small relation as one text, to compare them with an earlier run. -#}
{% macro ecommerce_content(relation, columns) %}
    {%- set texts = [] -%}
    {%- for column in columns -%}
        {%- do texts.append(
            'coalesce(cast(' ~ column ~ ' as ' ~ ecommerce_type('text') ~ "), '')"
        ) -%}
    {%- endfor -%}
    {%- set row = texts | join(" || '|' || ") -%}
        coalesce((
            select {{ dbt.listagg(row, "','", 'order by ' ~ ecommerce_text_order(row)) }}
            from {{ relation }}
        ), '')
{%- endmacro %}

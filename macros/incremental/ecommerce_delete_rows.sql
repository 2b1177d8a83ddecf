{#-
  Statement that deletes the rows of a table whose keys a query returns.

  relation: the table. keys: its key columns, which the query returns under the same names.
-#}
{% macro ecommerce_delete_rows(relation, keys, query) %}
    {{- adapter.dispatch('ecommerce_delete_rows', 'shopapp_ecommerce')(relation, keys, query) -}}
{% endmacro %}

{% macro postgres__ecommerce_delete_rows(relation, keys, query) %}
    {{- _ecommerce_delete_using(relation, keys, query) -}}
{% endmacro %}

{% macro duckdb__ecommerce_delete_rows(relation, keys, query) %}
    {{- _ecommerce_delete_using(relation, keys, query) -}}
{% endmacro %}

{% macro _ecommerce_delete_using(relation, keys, query) %}
    delete from {{ relation }} as existing
    using (
        {{ query }}
    ) as obsolete
    where
        {%- for key in keys %}
        existing.{{ ecommerce_quote(key) }} = obsolete.{{ ecommerce_quote(key) }}
        {{- ' and' if not loop.last }}
        {%- endfor %}
{%- endmacro %}

{#- Spark deletes by a query only in `merge`, on tables such as Delta's. -#}
{% macro spark__ecommerce_delete_rows(relation, keys, query) %}
    merge into {{ relation }} as existing
    using (
        {{ query }}
    ) as obsolete
        on {% for key in keys -%}
            existing.{{ ecommerce_quote(key) }} = obsolete.{{ ecommerce_quote(key) }}
            {{- ' and ' if not loop.last }}
        {%- endfor %}
    when matched then delete
{%- endmacro %}

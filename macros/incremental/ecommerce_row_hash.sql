{#-
  Hash of a row's values, the same in every session. `columns` lists names and types. Times are
  hashed in UTC, because their text depends on the session's time zone.
-#}
{% macro ecommerce_row_hash(columns) %}
    {{- adapter.dispatch('ecommerce_row_hash', 'shopapp_ecommerce')(columns) -}}
{% endmacro %}

{% macro postgres__ecommerce_row_hash(columns) %}
    {%- set parts = [] -%}
    {%- for column in columns -%}
        {%- do parts.append(
            column.name ~ " at time zone 'UTC'" if column.type == 'timestamptz' else column.name
        ) -%}
    {%- endfor -%}
    md5(cast(jsonb_build_array({{ parts | join(', ') }}) as text))
{%- endmacro %}

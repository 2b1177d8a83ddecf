{#-
  Select of a raw stream, cast from the loader's types to the contract's types, plus `loaded_at`
  (when the loader wrote the row) and `loader_deleted_at` (when the loader found that the row is
  missing from a full list). A missing table has no rows and missing columns are typed nulls, so
  that every model compiles before the first load and without deselected streams.
-#}
{% macro ecommerce_raw(stream) %}
    {%- set source_relation = source('ecommerce_raw', stream) -%}
    {%- set found = {} -%}
    {%- set relation = none -%}
    {%- if execute -%}
        {%- set relation = adapter.get_relation(
            source_relation.database, source_relation.schema, source_relation.identifier
        ) -%}
        {%- if relation -%}
            {%- for column in adapter.get_columns_in_relation(relation) -%}
                {%- do found.update({column.name: column.data_type}) -%}
            {%- endfor -%}
        {%- endif -%}
    {%- endif -%}
    select
    {%- for type, names in ecommerce_raw_columns(stream).items() %}
    {%- for name in names %}
        {{ ecommerce_cast(name, found.get(name), type) }} as {{ name }},
    {%- endfor %}
    {%- endfor %}
        {{ ecommerce_cast('_sdc_deleted_at', found.get('_sdc_deleted_at'), 'timestamp') }}
            as loader_deleted_at,
        {{ ecommerce_cast('_sdc_batched_at', found.get('_sdc_batched_at'), 'timestamp') }}
            as loaded_at
    {%- if relation %}
    from {{ source_relation }}
    {%- else %}
    where 1 = 0
    {%- endif %}
{% endmacro %}

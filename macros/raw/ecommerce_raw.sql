{#-
  Select of a raw stream, cast from the loader's types to the contract's types, plus `loaded_at`
  (when the loader wrote the row), `loader_deleted_at` (when the loader found that the row is
  missing from a full list), `number_out_of_range` (whether a number is too large, so that its
  column is null) and `has_rounded_number` (whether a number has more than 10 decimals, so that its
  column is rounded). A missing table has no rows and missing columns are typed nulls, so that every
  model compiles before the first load and without deselected streams.

  with_read_at: whether to add `read_at`, when the tap read the record. Loaders that do not write
  this time have the load time instead.
-#}
{% macro ecommerce_raw(stream, with_read_at=false) %}
    {{- ecommerce_check_engine() -}}
    {%- set source_relation = source('ecommerce_raw', stream) -%}
    {%- set found = _ecommerce_raw_types(source_relation) -%}
    {%- set too_large = [] -%}
    {%- set numbers = [] %}
    select
    {%- for type, names in ecommerce_raw_columns(stream).items() %}
    {%- for name in names %}
        {%- set value = ecommerce_cast(name, found.get(name), type) %}
        {{ value }} as {{ name }},
        {%- if type == 'decimal' and name in found -%}
            {%- do numbers.append(ecommerce_cast(name, found[name], 'text')) -%}
            {%- do too_large.append('(' ~ name ~ ' is not null and ' ~ value ~ ' is null)') -%}
        {%- endif -%}
    {%- endfor %}
    {%- endfor %}
    {%- if 'decimal' in ecommerce_raw_columns(stream) %}
        {{ too_large | join('\n        or ') or 'false' }} as number_out_of_range,
        {{ ecommerce_matches(
            "concat_ws(' ', " ~ numbers | join(', ') ~ ')', '[.][0-9]{10}[0-9]*[1-9]'
        ) if numbers else 'false' }} as has_rounded_number,
    {%- endif %}
        {{ ecommerce_cast('_sdc_deleted_at', found.get('_sdc_deleted_at'), 'timestamp') }}
            as loader_deleted_at,
        {%- if with_read_at %}
        coalesce(
            {{ ecommerce_cast('_sdc_extracted_at', found.get('_sdc_extracted_at'), 'timestamp') }},
            {{ ecommerce_cast('_sdc_batched_at', found.get('_sdc_batched_at'), 'timestamp') }}
        ) as read_at,
        {%- endif %}
        {{ ecommerce_cast('_sdc_batched_at', found.get('_sdc_batched_at'), 'timestamp') }}
            as loaded_at
    {%- if found %}
    from {{ source_relation }}
    {%- else %}
    where 1 = 0
    {%- endif %}
{% endmacro %}

{#-
  Select of the rows of a raw stream as JSON: the columns `keys`, and `record`, a JSON object as
  text with the columns that the taps emit and the row has.
-#}
{% macro ecommerce_raw_records(stream, keys) %}
    {%- set source_relation = source('ecommerce_raw', stream) -%}
    {%- set found = _ecommerce_raw_types(source_relation) -%}
    {%- set columns = {} -%}
    {%- for type, names in ecommerce_raw_columns(stream).items() -%}
        {%- for name in names if name in found -%}
            {%- set is_text = type in ('decimal', 'rate') -%}
            {%- do columns.update({
                name: (ecommerce_cast(name, found[name], 'text' if is_text else type), type)
            }) -%}
        {%- endfor -%}
    {%- endfor %}
    select
        {%- for key in keys %}
        {{ ecommerce_cast(key, found.get(key), 'integer' if key == 'position' else 'text') }} as {{ key }},
        {%- endfor %}
    {%- if columns %}
        {{ ecommerce_json_row(columns) }} as record

    from {{ source_relation }}
    {%- else %}
        cast(null as {{ ecommerce_type('text') }}) as record

    where 1 = 0
    {%- endif %}
{% endmacro %}

{#- Types of the columns of a raw table by name; empty if it does not exist or while dbt parses. -#}
{% macro _ecommerce_raw_types(source_relation) %}
    {%- set types = {} -%}
    {%- set relation = adapter.get_relation(
        source_relation.database, source_relation.schema, source_relation.identifier
    ) if execute -%}
    {%- if relation -%}
        {%- for column in adapter.get_columns_in_relation(relation) -%}
            {%- do types.update({column.name: column.data_type}) -%}
        {%- endfor -%}
    {%- endif -%}
    {{- return(types) -}}
{% endmacro %}

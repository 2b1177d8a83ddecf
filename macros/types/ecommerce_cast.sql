{#-
  Raw column, cast to a type of the contract. `found` is the type in the raw table, which depends
  on the loader (text or numeric, timestamp with or without zone, JSON or array). A missing column
  (`none`) becomes a typed null. Times without a zone are UTC, because the taps emit UTC only.
-#}
{% macro ecommerce_cast(name, found, type) %}
    {{- adapter.dispatch('ecommerce_cast', 'shopapp_ecommerce')(name, found, type) -}}
{% endmacro %}

{% macro default__ecommerce_cast(name, found, type) %}
    {%- set types = {
        'text': dbt.type_string(), 'timestamp': dbt.type_timestamp(), 'date': 'date',
        'decimal': dbt.type_numeric(), 'boolean': dbt.type_boolean(), 'integer': dbt.type_bigint(),
        'json': dbt.type_string(),
    } -%}
    cast({{ name if found else 'null' }} as {{ types[type] }})
{%- endmacro %}

{% macro postgres__ecommerce_cast(name, found, type) %}
    {%- set types = {
        'text': 'text', 'timestamp': 'timestamptz', 'date': 'date', 'decimal': 'numeric',
        'boolean': 'boolean', 'integer': 'bigint', 'json': 'jsonb',
    } -%}
    {%- if not found -%}
        cast(null as {{ types[type] }})
    {%- elif type == 'timestamp' and found == 'timestamp without time zone' -%}
        {{ name }} at time zone 'UTC'
    {%- elif type == 'json' and (found == 'ARRAY' or found.endswith('[]')) -%}
        to_jsonb({{ name }})
    {%- elif type != 'json' and found in ('json', 'jsonb') -%}
        cast({{ name }} #>> '{}' as {{ types[type] }})
    {%- else -%}
        cast({{ name }} as {{ types[type] }})
    {%- endif -%}
{% endmacro %}

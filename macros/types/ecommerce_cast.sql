{#-
  Raw column, cast to a type of the contract. `found` is the type in the raw table, which depends
  on the loader (text or numeric, timestamp with or without zone, JSON or array). A missing column
  (`none`) becomes a typed null. Times without a zone are UTC, because the taps emit UTC only.
  A decimal that is too large becomes null.
-#}
{% macro ecommerce_cast(name, found, type) %}
    {%- if found -%}
        {{- adapter.dispatch('ecommerce_cast', 'shopapp_ecommerce')(name, found | lower, type) -}}
    {%- else -%}
        cast(null as {{ _ecommerce_contract_type(type) }})
    {%- endif -%}
{% endmacro %}

{#- SQL type of a type of the contract. -#}
{% macro _ecommerce_contract_type(type) %}
    {{- return(ecommerce_type({'timestamp': 'time', 'decimal': 'amount'}.get(type, type))) -}}
{% endmacro %}

{% macro postgres__ecommerce_cast(name, found, type) %}
    {%- set sql_type = _ecommerce_contract_type(type) -%}
    {%- if type != 'json' and found in ('json', 'jsonb') -%}
        {%- set name = '(' ~ name ~ " #>> '{}')" -%}
        {%- set found = 'text' -%}
    {%- endif -%}
    {%- if type == 'timestamp' and found == 'timestamp without time zone' -%}
        {{ name }} at time zone 'UTC'
    {%- elif type == 'json' and (found == 'array' or found.endswith('[]')) -%}
        to_jsonb({{ name }})
    {%- elif type in ('decimal', 'rate') -%}
        {%- set decimals = 10 if type == 'decimal' else 12 -%}
        case
            when abs(round(cast({{ name }} as numeric), {{ decimals }})) < 1e{{ 28 - decimals }}
                then cast({{ name }} as {{ sql_type }})
        end
    {%- else -%}
        cast({{ name }} as {{ sql_type }})
    {%- endif -%}
{% endmacro %}

{% macro duckdb__ecommerce_cast(name, found, type) %}
    {%- set sql_type = _ecommerce_contract_type(type) -%}
    {%- if type != 'json' and found == 'json' -%}
        {%- set name = 'json_extract_string(' ~ name ~ ", '$')" -%}
        {%- set found = 'varchar' -%}
    {%- endif -%}
    {%- if type == 'timestamp' and found in ('timestamp', 'timestamp_ns', 'timestamp_ms') -%}
        timezone('UTC', cast({{ name }} as timestamp))
    {%- elif type == 'json' and found.endswith('[]') -%}
        to_json({{ name }})
    {%- elif type in ('decimal', 'rate') -%}
        try_cast({{ name }} as {{ sql_type }})
    {%- else -%}
        cast({{ name }} as {{ sql_type }})
    {%- endif -%}
{% endmacro %}

{% macro spark__ecommerce_cast(name, found, type) %}
    {%- set sql_type = _ecommerce_contract_type(type) -%}
    {%- if type == 'timestamp' and found == 'timestamp_ntz' -%}
        cast(cast({{ name }} as string) || 'Z' as timestamp)
    {%- elif type == 'json' and found.startswith('array') -%}
        to_json({{ name }})
    {%- elif type in ('decimal', 'rate') -%}
        try_cast({{ name }} as {{ sql_type }})
    {%- else -%}
        cast({{ name }} as {{ sql_type }})
    {%- endif -%}
{% endmacro %}

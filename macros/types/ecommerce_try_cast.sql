{#- Casts a text to bigint, int, uuid or text; null instead of an error if the cast fails. -#}
{% macro ecommerce_try_cast(expression, type) %}
    {{- adapter.dispatch('ecommerce_try_cast', 'shopapp_ecommerce')(expression, type) -}}
{% endmacro %}

{% macro postgres__ecommerce_try_cast(expression, type) %}
    {%- if type in ('bigint', 'int') -%}
        {%- set bound = '9223372036854775807' if type == 'bigint' else '2147483647' -%}
        case
            when {{ expression }} ~ '^-?[0-9]{1,19}$'
                and abs(cast({{ expression }} as numeric)) <= {{ bound }}
                then cast({{ expression }} as {{ type }})
        end
    {%- elif type == 'uuid' -%}
        case
            when {{ expression }} ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
                then cast({{ expression }} as uuid)
        end
    {%- else -%}
        cast({{ expression }} as {{ type }})
    {%- endif -%}
{% endmacro %}

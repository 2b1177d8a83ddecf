{#- Casts a text to bigint, int, uuid or text; null instead of an error if the text has another
    form or the number is too large. -#}
{% macro ecommerce_try_cast(expression, type) %}
    {{- adapter.dispatch('ecommerce_try_cast', 'shopapp_ecommerce')(expression, type) -}}
{% endmacro %}

{#- Postgres matches `[0-9]{1,19}` three times as slowly as `[0-9]+`. -#}
{% macro postgres__ecommerce_try_cast(expression, type) %}
    {%- if type in ('bigint', 'int') -%}
        {%- set bound = '9223372036854775807' if type == 'bigint' else '2147483647' -%}
        case
            when {{ expression }} ~ '^-?[0-9]+$' and length(ltrim({{ expression }}, '-')) <= 19
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

{#- `try_cast` alone would accept `1.5` and ` 5`. -#}
{% macro duckdb__ecommerce_try_cast(expression, type) %}
    {%- if type in ('bigint', 'int') -%}
        {%- set bound = '9223372036854775807' if type == 'bigint' else '2147483647' -%}
        case
            when regexp_full_match({{ expression }}, '-?[0-9]{1,19}')
                and abs(cast({{ expression }} as hugeint)) <= {{ bound }}
                then cast({{ expression }} as {{ type }})
        end
    {%- elif type == 'uuid' -%}
        case
            when regexp_full_match(
                lower({{ expression }}), '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}'
            )
                then cast({{ expression }} as uuid)
        end
    {%- else -%}
        cast({{ expression }} as {{ type }})
    {%- endif -%}
{% endmacro %}

{#- In Java's regular expressions, `$` also matches before a line end, and `\z` does not. -#}
{% macro spark__ecommerce_try_cast(expression, type) %}
    {%- if type in ('bigint', 'int') -%}
        {%- set bound = '9223372036854775807' if type == 'bigint' else '2147483647' -%}
        case
            when {{ expression }} rlike '^-?[0-9]{1,19}\\z'
                and abs(try_cast({{ expression }} as decimal(19, 0))) <= {{ bound }}
                then try_cast({{ expression }} as {{ type }})
        end
    {%- elif type == 'uuid' -%}
        case
            when lower({{ expression }}) rlike '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\\z'
                then lower({{ expression }})
        end
    {%- else -%}
        cast({{ expression }} as {{ ecommerce_type('text') }})
    {%- endif -%}
{% endmacro %}

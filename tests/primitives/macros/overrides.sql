{#- dbt's own macros, as these unit tests need them. -#}

{#- Literals of fixtures: dbt does not escape the backslash on Spark. -#}
{% macro spark__escape_single_quotes(expression) -%}
    {{- expression | replace('\\', '\\\\') | replace("'", "\\'") -}}
{%- endmacro %}

{#- The current time is the var `now`. -#}
{% macro postgres__current_timestamp() %}
    {{- _now() -}}
{% endmacro %}

{% macro duckdb__current_timestamp() %}
    {{- _now() -}}
{% endmacro %}

{% macro spark__current_timestamp() %}
    {{- _now() -}}
{% endmacro %}

{% macro _now() %}
    cast('{{ var('now') }}' as {{ ecommerce_type('time') }})
{%- endmacro %}

{#- A time as text in UTC with microseconds, such as `2026-03-01T12:00:00.000000Z`. The cast of a
    time to text depends on the session's time zone. -#}
{% macro ecommerce_utc_text(time) %}
    {{- adapter.dispatch('ecommerce_utc_text', 'shopapp_ecommerce')(time) -}}
{% endmacro %}

{% macro postgres__ecommerce_utc_text(time) %}
    to_char(({{ time }}) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
{%- endmacro %}

{% macro duckdb__ecommerce_utc_text(time) %}
    strftime(timezone('UTC', {{ time }}), '%Y-%m-%dT%H:%M:%S.%fZ')
{%- endmacro %}

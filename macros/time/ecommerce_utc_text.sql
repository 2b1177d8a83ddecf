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

{#- A sum with a time without zone does not depend on the session's time zone. -#}
{% macro spark__ecommerce_utc_text(time) %}
    {%- set seconds =
        'cast(cast(unix_micros(' ~ time ~ ') as decimal(18, 0)) / 1000000 as decimal(18, 6))' -%}
    {%- set text =
        "cast(timestamp_ntz'1970-01-01 00:00:00' + make_dt_interval(0, 0, 0, " ~ seconds
        ~ ') as string)' -%}
    concat(
        substr({{ text }}, 1, 10), 'T', substr({{ text }}, 12, 8), '.',
        rpad(substr({{ text }}, 21), 6, '0'), 'Z'
    )
{%- endmacro %}

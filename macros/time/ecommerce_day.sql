{#- Date of a time in the shop's time zone, or in UTC if the shop has no time zone. -#}
{% macro ecommerce_day(time, time_zone) %}
    {{- adapter.dispatch('ecommerce_day', 'shopapp_ecommerce')(time, time_zone) -}}
{% endmacro %}

{% macro postgres__ecommerce_day(time, time_zone) %}
    cast(({{ time }}) at time zone coalesce({{ time_zone }}, 'UTC') as date)
{%- endmacro %}

{% macro duckdb__ecommerce_day(time, time_zone) %}
    cast(timezone(coalesce({{ time_zone }}, 'UTC'), {{ time }}) as date)
{%- endmacro %}

{#- `from_utc_timestamp` moves the time by the offset of the zone. Its date in UTC is the date in
    the zone, whatever the session's time zone is. -#}
{% macro spark__ecommerce_day(time, time_zone) %}
    date_from_unix_date(cast(floor(
        unix_seconds(from_utc_timestamp({{ time }}, coalesce({{ time_zone }}, 'UTC'))) / 86400
    ) as int))
{%- endmacro %}

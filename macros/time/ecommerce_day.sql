{#- Date of a time in the shop's time zone, or in UTC if the shop has no time zone. A zone is an IANA
    name, or a fixed offset such as `UTC-03:30`. Postgres reads such a name with the opposite sign,
    and DuckDB ignores its minutes, so offsets are added as intervals. -#}
{% macro ecommerce_day(time, time_zone) %}
    {{- adapter.dispatch('ecommerce_day', 'shopapp_ecommerce')(time, time_zone) -}}
{% endmacro %}

{% macro postgres__ecommerce_day(time, time_zone) %}
    cast(case
        when {{ time_zone }} like 'UTC_%'
            then ({{ time }}) at time zone cast(substr({{ time_zone }}, 4) as interval)
        else ({{ time }}) at time zone coalesce({{ time_zone }}, 'UTC')
    end as date)
{%- endmacro %}

{#- DuckDB reads no interval with a plus. -#}
{% macro duckdb__ecommerce_day(time, time_zone) %}
    cast(case
        when {{ time_zone }} like 'UTC_%'
            then timezone('UTC', {{ time }})
                + try_cast(replace(substr({{ time_zone }}, 4), '+', '') as interval)
        else timezone(coalesce({{ time_zone }}, 'UTC'), {{ time }})
    end as date)
{%- endmacro %}

{#- `from_utc_timestamp` moves the time by the offset of the zone. Its date in UTC is the date in
    the zone, whatever the session's time zone is. -#}
{% macro spark__ecommerce_day(time, time_zone) %}
    date_from_unix_date(cast(floor(
        unix_seconds(from_utc_timestamp(
            {{ time }},
            case
                when {{ time_zone }} like 'UTC_%' then substr({{ time_zone }}, 4)
                else coalesce({{ time_zone }}, 'UTC')
            end
        )) / 86400
    ) as int))
{%- endmacro %}

{#- Current date in the earliest time zone, UTC+14. Later dates are in the future everywhere. -#}
{% macro ecommerce_latest_day() %}
    {{- ecommerce_day(dbt.current_timestamp(), "'Pacific/Kiritimati'") -}}
{% endmacro %}

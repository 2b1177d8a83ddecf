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

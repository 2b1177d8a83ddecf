{#- The day on which a shop's calendar has a time; UTC where the shop states no zone. -#}
{% macro ecommerce_day(time, time_zone) %}
    {{- adapter.dispatch('ecommerce_day', 'shopapp_ecommerce')(time, time_zone) -}}
{% endmacro %}

{% macro postgres__ecommerce_day(time, time_zone) %}
    cast({{ time }} at time zone coalesce({{ time_zone }}, 'UTC') as date)
{%- endmacro %}

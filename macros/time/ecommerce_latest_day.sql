{#- Current date in the earliest time zone. Later dates are in the future everywhere. -#}
{% macro ecommerce_latest_day() %}
    {{- adapter.dispatch('ecommerce_latest_day', 'shopapp_ecommerce')() -}}
{% endmacro %}

{#- The signs in the names of these zones are inverted: this zone is UTC+14. -#}
{% macro postgres__ecommerce_latest_day() %}
    cast(now() at time zone 'Etc/GMT-14' as date)
{%- endmacro %}

{#- The day that it is now where days begin first: what is of a later one is of the future. -#}
{% macro ecommerce_latest_day() %}
    {{- adapter.dispatch('ecommerce_latest_day', 'shopapp_ecommerce')() -}}
{% endmacro %}

{#- The signs of these zones are turned round: this is UTC+14. -#}
{% macro postgres__ecommerce_latest_day() %}
    cast(now() at time zone 'Etc/GMT-14' as date)
{%- endmacro %}

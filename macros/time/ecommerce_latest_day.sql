{#- Current date in the earliest time zone. Later dates are in the future everywhere. -#}
{% macro ecommerce_latest_day() %}
    {{- adapter.dispatch('ecommerce_latest_day', 'shopapp_ecommerce')() -}}
{% endmacro %}

{#- Names of these zones have inverted signs: this is UTC+14. -#}
{% macro postgres__ecommerce_latest_day() %}
    cast(now() at time zone 'Etc/GMT-14' as date)
{%- endmacro %}

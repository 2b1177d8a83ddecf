{#-
  An amount in the reporting currency: amount × rate_to / rate_from, multiplied first, rounded
  once, half away from zero, to `exponent` decimals.
-#}
{% macro ecommerce_convert(amount, rate_from, rate_to, exponent) %}
    {{- adapter.dispatch('ecommerce_convert', 'shopapp_ecommerce')(
        amount, rate_from, rate_to, exponent
    ) -}}
{% endmacro %}

{% macro default__ecommerce_convert(amount, rate_from, rate_to, exponent) %}
    round({{ amount }} * {{ rate_to }} / {{ rate_from }}, {{ exponent }})
{%- endmacro %}

{#- Postgres cuts a quotient after about 16 digits; a quotient cut before it is rounded can fall
    on the wrong side of a half. 40 guard digits put the cut beyond any amount and rate here. -#}
{% macro postgres__ecommerce_convert(amount, rate_from, rate_to, exponent) %}
    round({{ amount }} * {{ rate_to }} * cast(1 as numeric(41, 40)) / {{ rate_from }}, {{ exponent }})
{%- endmacro %}

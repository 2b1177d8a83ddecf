{#-
  Amount in the reporting currency: amount × rate_to / rate_from, multiplied first, then rounded
  once to `exponent` decimals, half away from zero.
-#}
{% macro ecommerce_convert(amount, rate_from, rate_to, exponent) %}
    {{- adapter.dispatch('ecommerce_convert', 'shopapp_ecommerce')(
        amount, rate_from, rate_to, exponent
    ) -}}
{% endmacro %}

{% macro default__ecommerce_convert(amount, rate_from, rate_to, exponent) %}
    round({{ amount }} * {{ rate_to }} / {{ rate_from }}, {{ exponent }})
{%- endmacro %}

{#- Postgres truncates quotients after about 16 digits. Rounding a truncated quotient can give the
    wrong result near a half. 40 guard digits are enough for all amounts and rates here. -#}
{% macro postgres__ecommerce_convert(amount, rate_from, rate_to, exponent) %}
    round({{ amount }} * {{ rate_to }} * cast(1 as numeric(41, 40)) / {{ rate_from }}, {{ exponent }})
{%- endmacro %}

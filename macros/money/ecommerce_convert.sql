{#-
  Amount in the reporting currency: amount × rate_to / rate_from, rounded once to `decimals`
  decimals, half away from zero. Null if an operand is null, or if the result or amount × rate_to
  is out of range, at about 10^16.
-#}
{% macro ecommerce_convert(amount, rate_from, rate_to, decimals) %}
    {%- set fraction =
        ecommerce_fraction((amount, 10), (rate_to, 12), (rate_from, 12), decimals) -%}
    {{ ecommerce_from_units(
        ecommerce_fraction_rounded(fraction.numerator, fraction.divisor), decimals
    ) }}
{%- endmacro %}

{#-
  Quotient of two numbers with at most 10 decimals, rounded to `decimals` decimals, half away from
  zero. Null if a number is null, the divisor is 0, or a number is 10^18 or more.
-#}
{% macro ecommerce_quotient(part, whole, decimals) %}
    {%- set fraction = ecommerce_fraction((part, 10), ('1.0', 10), (whole, 10), decimals) -%}
    {{ ecommerce_from_units(
        ecommerce_fraction_rounded(fraction.numerator, fraction.divisor), decimals
    ) }}
{%- endmacro %}

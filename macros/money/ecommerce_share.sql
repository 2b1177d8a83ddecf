{#-
  Share of a total: total × part / whole, rounded once to `decimals` decimals, half away from zero.
  Null if an operand is null, if `whole` is 0, or if the result or total × part is out of range.

  part, whole: SQL expressions with at most 4 decimals. total: an SQL expression with at most 10.
-#}
{% macro ecommerce_share(part, whole, total, decimals) %}
    {%- set fraction = ecommerce_fraction((total, 10), (part, 4), (whole, 4), decimals) -%}
    {{ ecommerce_from_units(
        ecommerce_fraction_rounded(fraction.numerator, fraction.divisor), decimals
    ) }}
{%- endmacro %}

{#-
  Amount in the reporting currency, converted like a known amount of the same order: amount ×
  converted / original, with the same rounding and range. It serves orders in the shop's own
  amounts, which have no rate.

  amount, original: SQL expressions with at most 10 decimals. converted: an SQL expression with at
  most 4.
-#}
{% macro ecommerce_convert_like(amount, original, converted, decimals) %}
    {%- set fraction = ecommerce_fraction(
        (amount, 10), (converted, 4), (original, 10), decimals
    ) -%}
    {{ ecommerce_from_units(
        ecommerce_fraction_rounded(fraction.numerator, fraction.divisor), decimals
    ) }}
{%- endmacro %}

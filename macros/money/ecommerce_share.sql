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

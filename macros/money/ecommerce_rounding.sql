{#-
  What rounding alone can make an order's amounts differ by: half a minor unit of its currency for
  each amount of `gross − discount + shipping + tax + fee + tip + duty + adjustment = total` and for
  each line. A shop rounds each of these by itself, half a unit at most; the errors of all of them
  add up at worst. A currency that ISO 4217 lacks is taken for one of hundredths.

  exponent: decimals of the order's currency; line_count: how many lines it has, null for none.
-#}
{% macro ecommerce_rounding(exponent, line_count) -%}
    (9 + coalesce({{ line_count }}, 0)) * cast(0.5 as numeric)
    * power(cast(10 as numeric), -coalesce({{ exponent }}, 2))
{%- endmacro %}

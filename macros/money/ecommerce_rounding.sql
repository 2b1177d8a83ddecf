{#-
  Largest difference between an order's amounts that rounding explains: half a minor unit of its
  currency for each amount of `gross − discount + shipping + tax + fee + tip + duty + adjustment =
  total` and for each line. A shop rounds each amount separately, by half a unit at most, and in the
  worst case these errors add up. A currency that ISO 4217 does not list counts as two decimals.

  exponent: decimals of the order's currency; item_count: number of its lines, null for no lines.
-#}
{% macro ecommerce_rounding(exponent, item_count) -%}
    (9 + coalesce({{ item_count }}, 0)) * cast(0.5 as numeric)
    * power(cast(10 as numeric), -coalesce({{ exponent }}, 2))
{%- endmacro %}

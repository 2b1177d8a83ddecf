{#-
  Largest difference between an order's amounts that rounding explains: half a minor unit of its
  currency for each amount of `gross − discount + shipping + tax + fee + tip + duty + adjustment =
  total` and for each line. A shop rounds each amount separately, by half a unit at most, and in the
  worst case these errors add up. A currency that ISO 4217 does not list counts as two decimals.

  exponent: decimals of the order's currency; item_count: number of its lines, null for no lines.
-#}
{% macro ecommerce_rounding(exponent, item_count) -%}
    (9 + coalesce({{ item_count }}, 0)) * {{ ecommerce_half_unit(exponent) }}
{%- endmacro %}

{#- Half a minor unit of a currency, from its number of decimals; two if the number is null. -#}
{% macro ecommerce_half_unit(exponent) -%}
    case coalesce({{ exponent }}, 2)
        {%- for decimals in range(5) %}
        when {{ decimals }} then cast(0.{{ '0' * decimals }}5 as {{ ecommerce_type('amount') }})
        {%- endfor %}
    end
{%- endmacro %}

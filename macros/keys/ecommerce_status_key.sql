{#-
  Status of an order, normalized for comparison: `Partially refunded`, `PARTIALLY_REFUNDED` and
  `partially-refunded` are the same status. The taps compare words the same way.
-#}
{% macro ecommerce_status_key(text) %}
    replace(replace(lower(trim({{ text }})), ' ', '_'), '-', '_')
{%- endmacro %}

{% macro ecommerce_ratio(part, whole) %}{{ ecommerce_quotient(part, whole, 6) }}{% endmacro %}

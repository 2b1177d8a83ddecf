{#- Whether the optional part `items`, `products` or `categories` is switched on. -#}
{% macro ecommerce_is_on(part) %}
    {{- return(ecommerce_setting('ecommerce_' ~ part) | lower in ('true', '1', 'yes', 'on')) -}}
{% endmacro %}

{#- Whether an optional part, such as `items`, is switched on. -#}
{% macro ecommerce_is_on(part) %}
    {{- return(ecommerce_setting('ecommerce_' ~ part) | lower in ('true', '1', 'yes', 'on')) -}}
{% endmacro %}

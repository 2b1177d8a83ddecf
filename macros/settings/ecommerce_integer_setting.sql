{#- Value of a setting of type integer. -#}
{% macro ecommerce_integer_setting(name) %}
    {{- return(ecommerce_setting(name) | int) -}}
{% endmacro %}

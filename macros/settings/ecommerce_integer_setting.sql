{#- The value of a setting that is a whole number. -#}
{% macro ecommerce_integer_setting(name) %}
    {{- return(ecommerce_setting(name) | int) -}}
{% endmacro %}

{#- The reporting currency as an SQL literal; refuses to compile models without one. -#}
{% macro ecommerce_currency() %}
    {%- set currency = ecommerce_setting('ecommerce_currency') | upper -%}
    {%- if execute and not modules.re.match('^[A-Z]{3}$', currency) -%}
        {{ exceptions.raise_compiler_error(
            "No reporting currency is set. Choose an ISO 4217 code once, for instance with"
            ~ " ECOMMERCE_CURRENCY=EUR in the environment or the var ecommerce_currency: EUR."
        ) }}
    {%- endif -%}
    {{- return("'" ~ currency ~ "'") -}}
{% endmacro %}

{#- Reporting currency as an SQL literal. Without a reporting currency, compilation fails. -#}
{% macro ecommerce_currency() %}
    {%- set currency = ecommerce_setting('ecommerce_currency') | upper -%}
    {%- if execute and not modules.re.match('^[A-Z]{3}$', currency) -%}
        {{ exceptions.raise_compiler_error(
            "No reporting currency is set. Choose an ISO 4217 code once and set it, for instance by"
            ~ " ECOMMERCE_CURRENCY=EUR in the environment or by the var ecommerce_currency: EUR."
        ) }}
    {%- endif -%}
    {{- return("'" ~ currency ~ "'") -}}
{% endmacro %}

{#-
  Campaign name, normalized for comparison: `Spring sale` in a message system is `spring-sale` or
  `spring_sale` in an address. Only the spaces of ASCII are listed, because engines disagree about
  the other characters of a class such as `[[:space:]]`.
-#}
{% macro ecommerce_campaign_name_key(name) %}
    {{- adapter.dispatch('ecommerce_campaign_name_key', 'shopapp_ecommerce')(name) -}}
{% endmacro %}

{% macro postgres__ecommerce_campaign_name_key(name) %}
    regexp_replace(lower(trim({{ name }})), '[-_+ \t\n\v\f\r]+', '-', 'g')
{%- endmacro %}

{% macro duckdb__ecommerce_campaign_name_key(name) %}
    regexp_replace(lower(trim({{ name }})), '[-_+ \t\n\v\f\r]+', '-', 'g')
{%- endmacro %}

{#- In Java's regular expressions, `\v` also means the line separators of Unicode. -#}
{% macro spark__ecommerce_campaign_name_key(name) %}
    regexp_replace(lower(trim({{ name }})), '[-_+ \\t\\n\\x0B\\f\\r]+', '-')
{%- endmacro %}

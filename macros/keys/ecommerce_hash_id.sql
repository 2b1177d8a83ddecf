{#- Positive 63-bit integer from a text, the same in every run. It is the id of a contact if there
    is no contacts relation. -#}
{% macro ecommerce_hash_id(text) %}
    {{- adapter.dispatch('ecommerce_hash_id', 'shopapp_ecommerce')(text) -}}
{% endmacro %}

{% macro postgres__ecommerce_hash_id(text) %}
    (('x' || substr(md5({{ text }}), 1, 16))::bit(64)::bigint & 9223372036854775807)
{%- endmacro %}

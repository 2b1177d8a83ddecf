{#- Positive 63-bit integer from a text: the first 16 hexadecimal digits of its MD5 without the
    first bit. It is the id of a contact if there is no contacts relation. -#}
{% macro ecommerce_hash_id(text) %}
    {{- adapter.dispatch('ecommerce_hash_id', 'shopapp_ecommerce')(text) -}}
{% endmacro %}

{% macro postgres__ecommerce_hash_id(text) %}
    (('x' || substr(md5({{ text }}), 1, 16))::bit(64)::bigint & 9223372036854775807)
{%- endmacro %}

{% macro duckdb__ecommerce_hash_id(text) %}
    cast(
        cast('0x' || substr(md5({{ text }}), 1, 16) as ubigint) & 9223372036854775807 as bigint
    )
{%- endmacro %}

{% macro spark__ecommerce_hash_id(text) %}
    cast(
        cast(conv(substr(md5({{ text }}), 1, 16), 16, 10) as decimal(20, 0)) % 9223372036854775808
        as bigint
    )
{%- endmacro %}

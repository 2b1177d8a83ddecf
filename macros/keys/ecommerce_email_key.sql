{#-
  E-mail address, normalized for comparison: trimmed, lower case, Unicode NFC; null if empty.
-#}
{% macro ecommerce_email_key(email) %}
    {{- adapter.dispatch('ecommerce_email_key', 'shopapp_ecommerce')(email) -}}
{% endmacro %}

{% macro default__ecommerce_email_key(email) %}
    nullif(lower(trim({{ email }})), '')
{%- endmacro %}

{% macro postgres__ecommerce_email_key(email) %}
    {#- Pasted addresses can contain tabs, line ends and no-break spaces. -#}
    {%- set spaces = "U&' \\0009\\000A\\000D\\00A0'" -%}
    nullif(normalize(lower(btrim(cast({{ email }} as text), {{ spaces }})), nfc), '')
{%- endmacro %}

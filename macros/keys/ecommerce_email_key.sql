{#-
  The form in which the e-mail addresses of contacts and orders are compared: trimmed, lower
  case, Unicode NFC; null where nothing is left.
-#}
{% macro ecommerce_email_key(email) %}
    {{- adapter.dispatch('ecommerce_email_key', 'shopapp_ecommerce')(email) -}}
{% endmacro %}

{% macro default__ecommerce_email_key(email) %}
    nullif(lower(trim({{ email }})), '')
{%- endmacro %}

{% macro postgres__ecommerce_email_key(email) %}
    {#- What people paste comes with tabs, line ends and no-break spaces as well. -#}
    {%- set spaces = "U&' \\0009\\000A\\000D\\00A0'" -%}
    nullif(normalize(lower(btrim(cast({{ email }} as text), {{ spaces }})), nfc), '')
{%- endmacro %}

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
    nullif(normalize(lower(trim(cast({{ email }} as text))), nfc), '')
{%- endmacro %}

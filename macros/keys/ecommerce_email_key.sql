{#-
  E-mail address, normalized for comparison: without spaces around it, lower case, Unicode NFC; null
  if empty. Pasted addresses can contain tabs, line ends and no-break spaces.
-#}
{% macro ecommerce_email_key(email) %}
    {{- adapter.dispatch('ecommerce_email_key', 'shopapp_ecommerce')(email) -}}
{% endmacro %}

{% macro postgres__ecommerce_email_key(email) %}
    {%- set spaces = "U&' \\0009\\000A\\000D\\00A0'" -%}
    nullif(normalize(lower(btrim(cast({{ email }} as text), {{ spaces }})), nfc), '')
{%- endmacro %}

{% macro duckdb__ecommerce_email_key(email) %}
    {%- set spaces = "' ' || chr(9) || chr(10) || chr(13) || chr(160)" -%}
    nullif(nfc_normalize(lower(trim(cast({{ email }} as text), {{ spaces }}))), '')
{%- endmacro %}

{#- Spark has no function for NFC. Text of code points below U+0300 is NFC. The NFC of another text
    is unknown, so its key is null. -#}
{% macro spark__ecommerce_email_key(email) %}
    {%- set key = "lower(trim(both ' \\t\\n\\r\\u00a0' from cast(" ~ email ~ " as string)))" -%}
    case when {{ key }} rlike '^[\\x{0}-\\x{2ff}]+\\z' then {{ key }} end
{%- endmacro %}

{#-
  Normalizes primary keys of contacts and orders for comparison: integers without leading zeros,
  e-mail addresses like ecommerce_email_key, other text unchanged.
-#}
{% macro ecommerce_match_key(expression) %}
    {%- set type = ecommerce_type('text') -%}
    {%- set text = 'cast(' ~ expression ~ ' as ' ~ type ~ ')' -%}
    {%- if ecommerce_key_is_email() -%}
        {{ ecommerce_email_key(expression) }}
    {%- elif ecommerce_setting('ecommerce_contacts_key_type') == 'int' -%}
        cast({{ ecommerce_try_cast(text, 'bigint') }} as {{ type }})
    {%- else -%}
        {{ text }}
    {%- endif -%}
{% endmacro %}

{#- Whether the contacts' primary key is their e-mail address. -#}
{% macro ecommerce_key_is_email() %}
    {%- set key_column = ecommerce_setting('ecommerce_contacts_key_column') -%}
    {{- return(
        key_column != '' and key_column == ecommerce_setting('ecommerce_contacts_email_column')
    ) -}}
{% endmacro %}

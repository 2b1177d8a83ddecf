{#- Id of a record in the shop, from the shop's id and the result of ecommerce_key. -#}
{% macro ecommerce_record_id(shop_id, key) %}
    {%- if ecommerce_setting('ecommerce_id_format') == 'plain' -%}
        {{ key }}
    {%- else -%}
        substr({{ key }}, length({{ shop_id }}) + 2)
    {%- endif -%}
{% endmacro %}

{#- The shop's own id of a record, from the shop's id and the key that ecommerce_key made. -#}
{% macro ecommerce_record_id(shop_id, key) %}
    {%- if ecommerce_setting('ecommerce_id_format') == 'plain' -%}
        {{ key }}
    {%- else -%}
        substr({{ key }}, length({{ shop_id }}) + 2)
    {%- endif -%}
{% endmacro %}

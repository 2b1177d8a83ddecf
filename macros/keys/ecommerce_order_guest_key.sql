{#- The guest key of an order that names neither contact nor address: its own, so that nobody
    is taken for somebody else. -#}
{% macro ecommerce_order_guest_key(shop_id, transaction_id) -%}
    md5({{ shop_id }} || '|order|' || {{ transaction_id }})
{%- endmacro %}

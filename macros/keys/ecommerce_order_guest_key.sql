{#- Guest key of an order without a contact and without an e-mail address. Each such order has its
    own key, because nothing shows that two of them have the same buyer. -#}
{% macro ecommerce_order_guest_key(shop_id, transaction_id) -%}
    {{ dbt.hash(shop_id ~ " || '|order|' || " ~ transaction_id) }}
{%- endmacro %}

{#-
  Hooks that delete rows which raw no longer names, so that a build leaves what a full refresh
  would: a record was rewritten, or the setting ecommerce_id_format has changed, and with it every
  id. None of them does anything with `--empty`, when all of raw seems to be missing.

  ecommerce_forget_old_ids: orders under the id that the other format gives them. Their lines
  follow by the foreign key.
  ecommerce_forget_products, ecommerce_forget_categories: follow the last model whose rows can
  refer to them, and come after the models that they look at without a ref to them.
-#}
{% macro ecommerce_forget_old_ids() %}
    {%- set transactions = ref('shopapp_ecommerce', 'stg_ecommerce__transactions').render() -%}
    {%- if is_incremental() and not flags.EMPTY and not ecommerce_read_since() %}
    delete from {{ this }} as existing
    using {{ transactions }} as transactions
    where
        existing."idTransaction" = {{
            "transactions.shop_id || ':' || transactions.transaction_id"
            if ecommerce_setting('ecommerce_id_format') == 'plain'
            else 'transactions.transaction_id'
        }}
    {%- endif %}
{% endmacro %}

{% macro ecommerce_forget_products() %}
    {%- set has_items = ecommerce_is_on('items') -%}
    {%- set products = ecommerce_table('ECommerce_Product') -%}
    {%- set catalogue = ecommerce_relation('stg_ecommerce__products') -%}
    {%- set inferred = ecommerce_relation('int_ecommerce__products_inferred') -%}
    {%- set items = ecommerce_table('ECommerce_Item') if has_items -%}
    {%- if products and catalogue and inferred and (items or not has_items) and not flags.EMPTY %}
    delete from {{ products }} as products
    where
        {%- if has_items %}
        {#- What a line refers to is found by its index; raw is searched for the rest, if any. #}
        not exists (
            select 1
            from {{ items }} as items
            where items."idProduct" = products."idProduct"
        )
        and
        {%- endif %} not exists (
            select 1
            from {{ catalogue }} as catalogue
            where catalogue.id_product = products."idProduct"
        )
        and not exists (
            select 1
            from {{ inferred }} as inferred
            where inferred.id_product = products."idProduct"
        )
    {%- endif %}
{% endmacro %}

{% macro ecommerce_forget_categories() %}
    {%- set categories = ecommerce_table('ECommerce_ProductCategory') -%}
    {%- set rooted = ecommerce_relation('int_ecommerce__categories_rooted') -%}
    {%- if categories and rooted and not flags.EMPTY %}
    delete from {{ categories }} as categories
    where not exists (
        select 1
        from {{ rooted }} as rooted
        where rooted.id_product_category = categories."idProductCategory"
    )
    {%- endif %}
{% endmacro %}

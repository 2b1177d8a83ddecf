{#-
  Hooks that delete products and categories that the raw tables no longer reference. They run after the
  last model whose rows can reference them, and after the models that they read without a ref. With
  `--empty` the hooks do nothing, because the raw tables look empty.
-#}
{% macro ecommerce_forget_products() %}
    {%- set has_items = ecommerce_is_on('items') -%}
    {%- set products = ecommerce_table('ECommerce_Product') -%}
    {%- set catalogue = ecommerce_relation('stg_ecommerce__products') -%}
    {%- set inferred = ecommerce_relation('int_ecommerce__products_inferred') -%}
    {%- set items = ecommerce_table('ECommerce_Item') if has_items -%}
    {%- set id_product = ecommerce_quote('idProduct') -%}
    {%- if products and catalogue and inferred and (items or not has_items) and not flags.EMPTY %}
    {%- set query -%}
        select products.{{ id_product }}
        from {{ products }} as products
        where
            {%- if has_items %}
            {#- The index finds the products of lines quickly; the raw tables are read for the others only. #}
            not exists (
                select 1
                from {{ items }} as items
                where items.{{ id_product }} = products.{{ id_product }}
            )
            and
            {%- endif %} not exists (
                select 1
                from {{ catalogue }} as catalogue
                where catalogue.id_product = products.{{ id_product }}
            )
            and not exists (
                select 1
                from {{ inferred }} as inferred
                where inferred.id_product = products.{{ id_product }}
            )
    {%- endset %}
    {{ ecommerce_delete_rows(products, ['idProduct'], query) }}
    {%- endif %}
{% endmacro %}

{% macro ecommerce_forget_categories() %}
    {%- set categories = ecommerce_table('ECommerce_ProductCategory') -%}
    {%- set rooted = ecommerce_relation('int_ecommerce__categories_rooted') -%}
    {%- set id_category = ecommerce_quote('idProductCategory') -%}
    {%- if categories and rooted and not flags.EMPTY %}
    {%- set query -%}
        select categories.{{ id_category }}
        from {{ categories }} as categories
        where not exists (
            select 1
            from {{ rooted }} as rooted
            where rooted.id_product_category = categories.{{ id_category }}
        )
    {%- endset %}
    {{ ecommerce_delete_rows(categories, ['idProductCategory'], query) }}
    {%- endif %}
{% endmacro %}

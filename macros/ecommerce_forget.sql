{#-
  Hooks that delete what was inferred from a record that has been rewritten since, and that raw
  names no more. Each follows the last model whose rows may still refer to it, and so comes after
  the models that it looks at, without a ref to them; where that model is off, the table itself.
-#}
{% macro ecommerce_forget_products() %}
    {%- set has_items = ecommerce_is_on('items') %}
    delete from {{ ecommerce_table('ECommerce_Product') if has_items else this }} as products
    where
        products."Status" = 'inferred'
    {%- if has_items %}
        {#- What a line refers to is found by its index; raw is searched for the rest, if any. #}
        and not exists (
            select 1
            from {{ this }} as items
            where items."idProduct" = products."idProduct"
        )
    {%- endif %}
        and not exists (
            select 1
            from {{ ecommerce_table('int_ecommerce__products_inferred') }} as inferred
            where inferred.id_product = products."idProduct"
        )
{% endmacro %}

{% macro ecommerce_forget_categories() %}
    {%- set has_products = ecommerce_is_on('products') %}
    delete from {{ ecommerce_table('ECommerce_ProductCategory') if has_products else this }}
        as categories
    where not exists (
        select 1
        from {{ ecommerce_table('int_ecommerce__categories_rooted') }} as rooted
        where rooted.id_product_category = categories."idProductCategory"
    )
{% endmacro %}

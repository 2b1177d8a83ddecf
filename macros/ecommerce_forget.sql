{#-
  Hooks that delete what was inferred from a record that has been rewritten since, and that raw
  names no more. Each follows the last model whose rows may still refer to it, and so comes after
  the models that it looks at, without a ref to them.
-#}
{% macro ecommerce_forget_products() %}
    {#- What a line refers to is found by its index; raw is searched for the rest, if any. -#}
    delete from {{ ecommerce_table('ECommerce_Product') }} as products
    where
        products."Status" = 'inferred'
        and not exists (
            select 1
            from {{ this }} as items
            where items."idProduct" = products."idProduct"
        )
        and not exists (
            select 1
            from {{ ecommerce_table('int_ecommerce__products_inferred') }} as inferred
            where inferred.id_product = products."idProduct"
        )
{% endmacro %}

{% macro ecommerce_forget_categories() %}
    delete from {{ ecommerce_table('ECommerce_ProductCategory') }} as categories
    where not exists (
        select 1
        from {{ ecommerce_table('int_ecommerce__categories_rooted') }} as rooted
        where rooted.id_product_category = categories."idProductCategory"
    )
{% endmacro %}

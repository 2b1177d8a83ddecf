{#-
  Hooks that delete rows that the raw tables no longer reference, so that a build has the same
  result as a full refresh. Rows become obsolete if records are rewritten or if the setting
  ecommerce_id_format changes all ids. With `--empty` the hooks do nothing, because the raw tables
  look empty.

  ecommerce_forget_rejected: deletes orders of this run that are rejected now.

  ecommerce_forget_old_ids: deletes orders whose ids have the other format.

  ecommerce_forget_entries: deletes ledger entries whose order was deleted.

  ecommerce_forget_obsolete: deletes ledger entries that ecommerce_changed_rows returned as obsolete.

  ecommerce_forget_lines: deletes lines that their order no longer has, and lines whose order was
  deleted. Foreign keys delete these too, but not every engine has foreign keys.

  ecommerce_forget_memberships: deletes categories that a product no longer has.

  ecommerce_forget_rejects: deletes rejects of this run that are accepted now.

  ecommerce_forget_products, ecommerce_forget_categories: run after the last model whose rows can
  reference products or categories, and after the models that they read without a ref.
-#}
{% macro ecommerce_forget_rejected() %}
    {%- if is_incremental() and not flags.EMPTY %}
    {%- set query -%}
        select checked.id_transaction as {{ ecommerce_quote('idTransaction') }}
        from {{ ecommerce_candidate_rows('int_ecommerce__transactions_checked') }} as checked
        where checked.reject_codes is not null
    {%- endset %}
    {{ ecommerce_delete_rows(this, ['idTransaction'], query) }}
    {%- endif %}
{% endmacro %}

{% macro ecommerce_forget_lines() %}
    {%- set id_transaction = ecommerce_quote('idTransaction') -%}
    {%- set id_item = ecommerce_quote('idItem') -%}
    {%- set candidates = ecommerce_table('int_ecommerce__transaction_candidates') -%}
    {%- set orders = ecommerce_table('ECommerce_Transaction') -%}
    {%- if is_incremental() and not flags.EMPTY %}
    {%- set query -%}
        select existing.{{ id_transaction }}, existing.{{ id_item }}
        from {{ this }} as existing
        inner join {{ ecommerce_candidate_rows('int_ecommerce__transactions_complete') }}
            as complete
            on existing.{{ id_transaction }} = complete.id_transaction
        left join {{ ecommerce_candidate_rows('stg_ecommerce__items') }} as items
            on complete.shop_id = items.shop_id
            and complete.transaction_id = items.transaction_id
            and existing.{{ id_item }} = items.item_id
        where items.item_id is null
    {%- endset %}
    {{ ecommerce_delete_rows(this, ['idTransaction', 'idItem'], query) }};
    {%- if orders %}
    {%- set query -%}
        select existing.{{ id_transaction }}, existing.{{ id_item }}
        from {{ this }} as existing
        {%- if candidates and ecommerce_read_since() %}
        inner join {{ candidates }} as candidates
            on existing.{{ id_transaction }} = candidates.id_transaction
        {%- endif %}
        left join {{ orders }} as orders
            on existing.{{ id_transaction }} = orders.{{ id_transaction }}
        where orders.{{ id_transaction }} is null
    {%- endset %}
    {{ ecommerce_delete_rows(this, ['idTransaction', 'idItem'], query) }}
    {%- endif %}
    {%- endif %}
{% endmacro %}

{% macro ecommerce_forget_entries() %}
    {%- set candidates = ecommerce_table('int_ecommerce__transaction_candidates') -%}
    {%- set orders = ecommerce_table('ECommerce_Transaction') -%}
    {%- set id_transaction = ecommerce_quote('idTransaction') -%}
    {%- if orders and is_incremental() and not flags.EMPTY %}
    {%- set query -%}
        select existing.id_transaction, existing.entry_id
        from {{ this }} as existing
        {%- if candidates and ecommerce_read_since() %}
        inner join {{ candidates }} as candidates
            on existing.id_transaction = candidates.id_transaction
        {%- endif %}
        left join {{ orders }} as orders
            on existing.id_transaction = orders.{{ id_transaction }}
        where orders.{{ id_transaction }} is null
    {%- endset %}
    {{ ecommerce_delete_rows(this, ['id_transaction', 'entry_id'], query) }}
    {%- endif %}
{% endmacro %}

{% macro ecommerce_forget_obsolete() %}
    {%- if is_incremental() %}
    {%- set query -%}
        select id_transaction, entry_id
        from {{ this }}
        where row_hash = 'obsolete'
    {%- endset %}
    {{ ecommerce_delete_rows(this, ['id_transaction', 'entry_id'], query) }}
    {%- endif %}
{% endmacro %}

{% macro ecommerce_forget_old_ids() %}
    {%- set transactions = ref('shopapp_ecommerce', 'stg_ecommerce__transactions').render() -%}
    {%- if is_incremental() and not flags.EMPTY and not ecommerce_read_since() %}
    {%- set old_id =
        "shop_id || ':' || transaction_id" if ecommerce_setting('ecommerce_id_format') == 'plain'
        else 'transaction_id' -%}
    {%- set query -%}
        select {{ old_id }} as {{ ecommerce_quote('idTransaction') }}
        from {{ transactions }}
    {%- endset %}
    {{ ecommerce_delete_rows(this, ['idTransaction'], query) }}
    {%- endif %}
{% endmacro %}

{% macro ecommerce_forget_memberships() %}
    {%- if is_incremental() and not flags.EMPTY %}
    {%- set query -%}
        select existing.id_product, existing.id_product_category
        from {{ this }} as existing
        left join {{ ref('shopapp_ecommerce', 'int_ecommerce__products_categorized').render() }}
            as current_rows
            on existing.id_product = current_rows.id_product
            and existing.id_product_category = current_rows.id_product_category
        where current_rows.id_product is null
    {%- endset %}
    {{ ecommerce_delete_rows(this, ['id_product', 'id_product_category'], query) }}
    {%- endif %}
{% endmacro %}

{#- If columns of the table differ, it is written again, so every reject is deleted. -#}
{% macro ecommerce_forget_rejects() %}
    {%- set candidates = ecommerce_table('int_ecommerce__transaction_candidates') -%}
    {%- if is_incremental() and not flags.EMPTY %}
    {%- set query -%}
        select existing.reject_id
        from {{ this }} as existing
        {%- if not ecommerce_columns_differ(model.name) %}
        {%- if candidates %}
        inner join {{ candidates }} as candidates
            on existing.shop_id = candidates.shop_id
            and existing.transaction_id = candidates.transaction_id
        {%- endif %}
        left join {{ ecommerce_candidate_rows(
            'int_ecommerce__orders_rejected', candidates=ecommerce_orders_to_reject()
        ) }} as rejected
            on existing.shop_id = rejected.shop_id
            and existing.transaction_id = rejected.transaction_id
            and existing.reject_id = rejected.reject_id
        where
            existing.transaction_id is not null
            and rejected.reject_id is null
        {%- endif %}
    {%- endset %}
    {{ ecommerce_delete_rows(this, ['reject_id'], query) }}
    {%- endif %}
{% endmacro %}

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

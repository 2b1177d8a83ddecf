{#-
  Adds the missing foreign keys from and to this model's table.

  Contracts cannot declare these keys: a self-reference is a cycle, a full refresh of the parent
  drops the key, and a reference to a disabled parent does not compile. So every table adds its
  own keys and the keys that reference it, in a post-hook after its commit. Inside the
  transaction, a key would reference the old parent, which dbt drops afterwards.
-#}
{% macro ecommerce_foreign_keys() %}
    {{- adapter.dispatch('ecommerce_foreign_keys', 'shopapp_ecommerce')() -}}
{% endmacro %}

{% macro default__ecommerce_foreign_keys() %}{% endmacro %}

{% macro postgres__ecommerce_foreign_keys() %}
    {%- if execute -%}
    {%- set statements = [] -%}
    {%- for key in _ecommerce_foreign_key_list() if model.name in (key.child, key.parent) -%}
        {%- set child = ecommerce_table(key.child) -%}
        {%- set parent = ecommerce_table(key.parent) -%}
        {%- if child and parent -%}
            {%- do statements.append(_ecommerce_foreign_key(child, parent, key)) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if statements -%}
        {{ statements | join('\n') }}
        commit;
    {%- endif -%}
    {%- endif -%}
{% endmacro %}

{% macro _ecommerce_foreign_key_list() %}
    {{- return([
        {
            'child': 'ECommerce_Transaction', 'column': 'idContact',
            'parent': 'ecommerce_contacts', 'parent_column': 'id_contact',
        },
        {
            'child': 'ECommerce_Item', 'column': 'idTransaction', 'on_delete': 'cascade',
            'parent': 'ECommerce_Transaction', 'parent_column': 'idTransaction',
        },
        {
            'child': 'ECommerce_Item', 'column': 'idProduct',
            'parent': 'ECommerce_Product', 'parent_column': 'idProduct',
        },
        {
            'child': 'ECommerce_Product', 'column': 'idProductCategory',
            'parent': 'ECommerce_ProductCategory', 'parent_column': 'idProductCategory',
        },
        {
            'child': 'ECommerce_ProductCategory', 'column': 'idProductCategoryParent',
            'parent': 'ECommerce_ProductCategory', 'parent_column': 'idProductCategory',
        },
        {
            'child': 'ecommerce_product_categories', 'column': 'id_product',
            'parent': 'ECommerce_Product', 'parent_column': 'idProduct',
        },
        {
            'child': 'ecommerce_product_categories', 'column': 'id_product_category',
            'parent': 'ECommerce_ProductCategory', 'parent_column': 'idProductCategory',
        },
    ]) -}}
{% endmacro %}

{#- Two models can find at the same time that a key is missing. The lock lets one of them add the
    key, and the other then finds the key. If a parent was rebuilt with fewer rows, a cascading
    child loses its orphans, as after single deletions. Any other child with orphans is rebuilt
    later in the run and then adds the key itself. -#}
{% macro _ecommerce_foreign_key(child, parent, key) %}
    {%- set orphans -%}
        {{ child }} as child
            where child.{{ ecommerce_quote(key.column) }} is not null and not exists (
                select 1 from {{ parent }} as parent
                where parent.{{ ecommerce_quote(key.parent_column) }} = child.{{ ecommerce_quote(key.column) }}
            )
    {%- endset %}
    do $ecommerce$
    begin
        perform pg_advisory_xact_lock(hashtext('ecommerce_foreign_keys'));
        {%- if model.name != key.child %}
        if not exists (
            select 1
            from pg_attribute
            where
                attrelid = cast('{{ child }}' as regclass)
                and attname = '{{ key.column }}'
                and not attisdropped
        ) then
            -- The build of the child adds the column and the key.
            return;
        end if;
        {%- endif %}
        if not exists (
            select 1
            from pg_constraint
            inner join pg_attribute
                on pg_constraint.conrelid = pg_attribute.attrelid
                and pg_constraint.conkey = array[pg_attribute.attnum]
            where
                pg_constraint.contype = 'f'
                and pg_constraint.conrelid = cast('{{ child }}' as regclass)
                and pg_constraint.confrelid = cast('{{ parent }}' as regclass)
                and pg_attribute.attname = '{{ key.column }}'
        )
        {%- if model.name != key.child and key.on_delete != 'cascade' %}
        and not exists (select 1 from {{ orphans }})
        {%- endif %} then
            {%- if key.on_delete == 'cascade' %}
            delete from {{ orphans }};
            {%- endif %}
            alter table {{ child }}
            add foreign key ({{ ecommerce_quote(key.column) }})
            references {{ parent }} ({{ ecommerce_quote(key.parent_column) }})
            {%- if key.on_delete %} on delete {{ key.on_delete }}{% endif %};
        end if;
    end
    $ecommerce$;
{% endmacro %}

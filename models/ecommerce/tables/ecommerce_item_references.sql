{#- The product, variant and SKU of each line, as they were last known. Never rebuilt: a shop that
    deletes a product takes it from the lines of earlier orders, too, and no other relation has it. -#}
{{ config(
    enabled=ecommerce_is_on('items'),
    unique_key=['shop_id', 'transaction_id', 'item_id'],
    full_refresh=false,
    indexes=ecommerce_indexes(unique=['shop_id', 'transaction_id', 'item_id']),
    post_hook='{{ ecommerce_log_run() }}',
) }}
{%- set references = ['product_id', 'variant_id', 'sku'] %}
-- depends_on: {{ ref('shopapp_ecommerce', 'int_ecommerce__transaction_candidates') }}

with

{%- if is_incremental() %}

items as (

    select * from {{ ecommerce_candidate_rows('stg_ecommerce__items') }} as items_read

),

existing as (

    {{ ecommerce_existing_rows() | indent(4) }}

),

known_references as (

    select
        items.shop_id,
        items.transaction_id,
        items.item_id
        {%- for name in references %},
        coalesce(items.{{ name }}, existing.{{ name }}) as {{ name }}
        {%- endfor %}

    from items
    left join existing
        on items.shop_id = existing.shop_id
        and items.transaction_id = existing.transaction_id
        and items.item_id = existing.item_id
    where
        {%- for name in references %}
        {{ 'or ' if not loop.first }}items.{{ name }} <> coalesce(existing.{{ name }}, '')
        {%- endfor %}

)
{%- else %}

items as (

    select * from {{ ref('shopapp_ecommerce', 'stg_ecommerce__items') }}

),

known_references as (

    select
        shop_id,
        transaction_id,
        item_id,
        {{ references | join(',\n        ') }}

    from items
    where coalesce({{ references | join(', ') }}) is not null

)
{%- endif %}

{{ ecommerce_typed_rows('known_references') }}

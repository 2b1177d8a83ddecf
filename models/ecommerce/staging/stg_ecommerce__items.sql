{#- Defaults for missing values, because files can have few columns. -#}
{%- set defaults = {'currency': 'transactions.currency', 'status': "'sold'"} -%}

with

raw_items as (

    {{ ecommerce_raw('items') | indent(4) }}

),

transactions as (

    select * from {{ ref('shopapp_ecommerce', 'stg_ecommerce__transactions') }}

),

full_lists as (

    select * from {{ ref('shopapp_ecommerce', 'stg_ecommerce__full_lists') }}
    where stream = 'items'

),

-- A removed line stays in raw with an older version of its order, so only lines of the current
-- version count. A line that a file loaded without its order has no version and always counts.
-- `coalesce` keeps the planner from treating keys and version as independent conditions.
current_items as (

    select
    {%- for name in ecommerce_raw_columns('items').values() | sum(start=[]) %}
        {%- if name in defaults %}
        coalesce(raw_items.{{ name }}, {{ defaults[name] }}) as {{ name }},
        {%- else %}
        raw_items.{{ name }},
        {%- endif %}
    {%- endfor %}
        raw_items.number_out_of_range,
        raw_items.has_rounded_number,
        raw_items.loader_deleted_at,
        raw_items.loaded_at,
        transactions.id_transaction

    from raw_items
    inner join transactions
        on raw_items.shop_id = transactions.shop_id
        and raw_items.transaction_id = transactions.transaction_id
    where
        coalesce(
            raw_items.transaction_version = transactions.version,
            raw_items.transaction_version is null
        )
        -- Lines that a newer full list, such as a file, does not contain are left out.
        and (
            raw_items.listed_at is null
            or coalesce(raw_items.listed_at >= (
                select full_lists.listed_at
                from full_lists
                where full_lists.shop_id = raw_items.shop_id
            ), true)
        )

)

select * from current_items

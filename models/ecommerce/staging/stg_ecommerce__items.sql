{#- Defaults for missing values, because files can have few columns. -#}
{%- set defaults = {'currency': 'transactions.currency'} -%}
{%- set undone = {'refunded_quantity': 'quantity', 'refunded_amount': 'goods_amount'} -%}

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

missing_refunds as (

    select * from {{ ref('shopapp_ecommerce', 'int_ecommerce__missing_records') }}
    where stream = 'refunds' and state = 'deleted'

),

raw_sales_events as (

    {{ ecommerce_raw('sales_events') | indent(4) }}

),

-- What lines lost by refunds that were deleted in the shop since.
returns_undone as (

    select
        raw_sales_events.shop_id,
        raw_sales_events.transaction_id,
        raw_sales_events.transaction_version,
        raw_sales_events.item_id,
        -sum(raw_sales_events.quantity) as quantity,
        -sum(raw_sales_events.goods_amount) as goods_amount

    from missing_refunds
    inner join raw_sales_events
        on missing_refunds.shop_id = raw_sales_events.shop_id
        and missing_refunds.transaction_id = raw_sales_events.transaction_id
        and missing_refunds.transaction_version = raw_sales_events.transaction_version
        and missing_refunds.record_id = split_part(raw_sales_events.event_id, ':', 1)
    where raw_sales_events.kind = 'return' and raw_sales_events.item_id is not null
    group by
        raw_sales_events.shop_id,
        raw_sales_events.transaction_id,
        raw_sales_events.transaction_version,
        raw_sales_events.item_id

),

-- A removed line stays in raw with an older version of its order, so only lines of the current
-- version count. A line that a file loaded without its order has no version and always counts.
-- `coalesce` keeps the planner from treating keys and version as independent conditions.
current_items as (

    select
    {%- for name in ecommerce_raw_columns('items').values() | sum(start=[]) %}
        {%- if name in undone %}
        case
            when returns_undone.item_id is null then raw_items.{{ name }}
            else cast(
                raw_items.{{ name }} - coalesce(
                    returns_undone.{{ undone[name] }}, {{ ecommerce_zero('amount') }}
                ) as {{ ecommerce_type('amount') }}
            )
        end as {{ name }},
        {%- elif name == 'status' %}
        case
            when raw_items.status = 'returned' and returns_undone.quantity > 0 then 'sold'
            else coalesce(raw_items.status, 'sold')
        end as status,
        {%- elif name in defaults %}
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
    left join returns_undone
        on raw_items.shop_id = returns_undone.shop_id
        and raw_items.transaction_id = returns_undone.transaction_id
        and raw_items.transaction_version = returns_undone.transaction_version
        and raw_items.item_id = returns_undone.item_id
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

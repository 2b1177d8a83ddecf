{%- set place = dbt.position(
    "',' || rules.code || ','", "',' || transactions.reject_codes || ','"
) -%}
with

transactions as (

    select
        shop_id,
        transaction_id,
        reject_codes,
        loaded_at

    from {{ ref('shopapp_ecommerce', 'int_ecommerce__transactions_checked') }}
    where reject_codes is not null

),

loaded_transactions as (

    select
        shop_id,
        transaction_id

    from {{ ref('shopapp_ecommerce', 'stg_ecommerce__transactions') }}

),

items as (

    select
        shop_id,
        transaction_id,
        item_id

    from {{ ref('shopapp_ecommerce', 'stg_ecommerce__items') }}

),

raw_items as (

    {{ ecommerce_raw('items') | indent(4) }}

),

transaction_records as (

    {{ ecommerce_raw_records('transactions', ['shop_id', 'transaction_id']) | indent(4) }}

),

{#- Twice, because Postgres would compute the JSON of all lines for a CTE with two references. #}
{%- for name in ['rejected_records', 'orphaned_records'] %}

{{ name }} as (

    {{ ecommerce_raw_records('items', ['shop_id', 'transaction_id', 'item_id', 'position'])
        | indent(4) }}

),
{%- endfor %}

rules as (

    select
        code,
        message

    from {{ ref('shopapp_ecommerce', 'ecommerce_rules') }}

),

-- The messages of an order's reasons, in the order of its codes. Each step reads the one before it
-- once, so that Postgres computes the orders of a build only.
with_message as (

    select
        transactions.shop_id,
        transactions.transaction_id,
        transactions.reject_codes,
        transactions.loaded_at,
        {{ dbt.listagg('rules.message', "' '", 'order by ' ~ place) }} as message

    from transactions
    left join rules
        on {{ place }} > 0
    group by
        transactions.shop_id,
        transactions.transaction_id,
        transactions.reject_codes,
        transactions.loaded_at

),

with_items as (

    select
        with_message.shop_id,
        with_message.transaction_id,
        with_message.reject_codes,
        with_message.loaded_at,
        with_message.message,
        '[' || {{ dbt.listagg(
            'rejected_records.record', "', '",
            'order by rejected_records.position, '
            ~ ecommerce_text_order('rejected_records.item_id')
        ) }} || ']' as items

    from with_message
    left join items
        on with_message.shop_id = items.shop_id
        and with_message.transaction_id = items.transaction_id
    left join rejected_records
        on items.shop_id = rejected_records.shop_id
        and items.transaction_id = rejected_records.transaction_id
        and items.item_id = rejected_records.item_id
    group by
        with_message.shop_id,
        with_message.transaction_id,
        with_message.reject_codes,
        with_message.loaded_at,
        with_message.message

),

-- An order is rejected as a whole, with its lines.
rejected_transactions as (

    select
        {{ dbt.hash(
            "with_items.shop_id || '|transactions|' || with_items.transaction_id"
        ) }} as reject_id,
        with_items.shop_id,
        'transactions' as stream,
        with_items.transaction_id,
        {{ ecommerce_split('with_items.reject_codes') }} as reason_codes,
        coalesce(with_items.message, '') as message,
        substr(transaction_records.record, 1, length(transaction_records.record) - 1)
        || ', "items": ' || coalesce(with_items.items, '[]') || '}' as payload,
        with_items.loaded_at

    from with_items
    left join transaction_records
        on with_items.shop_id = transaction_records.shop_id
        and with_items.transaction_id = transaction_records.transaction_id

),

checked_items as (

    select
        raw_items.shop_id,
        raw_items.transaction_id,
        raw_items.item_id,
        raw_items.loaded_at,
        loaded_transactions.transaction_id is null as lines_without_order

    from raw_items
    left join loaded_transactions
        on raw_items.shop_id = loaded_transactions.shop_id
        and raw_items.transaction_id = loaded_transactions.transaction_id

),

orphaned_items as (

    select
        {{ dbt.hash("checked_items.shop_id || '|items|' || checked_items.transaction_id") }}
            as reject_id,
        checked_items.shop_id,
        'items' as stream,
        checked_items.transaction_id,
        {{ ecommerce_list_of("'lines_without_order'") }} as reason_codes,
        max({{ ecommerce_text_order('rules.message') }}) as message,
        '[' || {{ dbt.listagg(
            'orphaned_records.record', "', '",
            'order by orphaned_records.position, '
            ~ ecommerce_text_order('orphaned_records.item_id')
        ) }} || ']' as payload,
        max(checked_items.loaded_at) as loaded_at

    from checked_items
    inner join orphaned_records
        on checked_items.shop_id = orphaned_records.shop_id
        and checked_items.transaction_id = orphaned_records.transaction_id
        and checked_items.item_id = orphaned_records.item_id
    left join rules
        on rules.code = 'lines_without_order'
    where checked_items.lines_without_order
    group by checked_items.shop_id, checked_items.transaction_id

)

select * from rejected_transactions
union all
select * from orphaned_items

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

item_records as (

    {{ ecommerce_raw_records('items', ['shop_id', 'transaction_id', 'item_id', 'position'])
        | indent(4) }}

),

rules as (

    select
        code,
        message

    from {{ ref('shopapp_ecommerce', 'ecommerce_rules') }}

),

-- The messages of an order's reasons, in the order of its codes.
reasons as (

    select
        transactions.shop_id,
        transactions.transaction_id,
        rules.message,
        {{ dbt.position("',' || rules.code || ','", "',' || transactions.reject_codes || ','") }}
            as place

    from transactions
    cross join rules

),

messages as (

    select
        shop_id,
        transaction_id,
        {{ dbt.listagg('message', "' '", 'order by place') }} as message

    from reasons
    where place > 0
    group by shop_id, transaction_id

),

rejected_items as (

    select
        item_records.shop_id,
        item_records.transaction_id,
        '[' || {{ dbt.listagg(
            'item_records.record', "', '",
            'order by item_records.position, ' ~ ecommerce_text_order('item_records.item_id')
        ) }} || ']' as records

    from transactions
    inner join items
        on transactions.shop_id = items.shop_id
        and transactions.transaction_id = items.transaction_id
    inner join item_records
        on items.shop_id = item_records.shop_id
        and items.transaction_id = item_records.transaction_id
        and items.item_id = item_records.item_id
    group by item_records.shop_id, item_records.transaction_id

),

-- An order is rejected as a whole, with its lines.
rejected_transactions as (

    select
        {{ dbt.hash(
            "transactions.shop_id || '|transactions|' || transactions.transaction_id"
        ) }} as reject_id,
        transactions.shop_id,
        'transactions' as stream,
        transactions.transaction_id,
        {{ ecommerce_split('transactions.reject_codes') }} as reason_codes,
        coalesce(messages.message, '') as message,
        substr(transaction_records.record, 1, length(transaction_records.record) - 1)
        || ', "items": ' || coalesce(rejected_items.records, '[]') || '}' as payload,
        transactions.loaded_at

    from transactions
    left join messages
        on transactions.shop_id = messages.shop_id
        and transactions.transaction_id = messages.transaction_id
    left join transaction_records
        on transactions.shop_id = transaction_records.shop_id
        and transactions.transaction_id = transaction_records.transaction_id
    left join rejected_items
        on transactions.shop_id = rejected_items.shop_id
        and transactions.transaction_id = rejected_items.transaction_id

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
            'item_records.record', "', '",
            'order by item_records.position, ' ~ ecommerce_text_order('item_records.item_id')
        ) }} || ']' as payload,
        max(checked_items.loaded_at) as loaded_at

    from checked_items
    inner join item_records
        on checked_items.shop_id = item_records.shop_id
        and checked_items.transaction_id = item_records.transaction_id
        and checked_items.item_id = item_records.item_id
    left join rules
        on rules.code = 'lines_without_order'
    where checked_items.lines_without_order
    group by checked_items.shop_id, checked_items.transaction_id

)

select * from rejected_transactions
union all
select * from orphaned_items

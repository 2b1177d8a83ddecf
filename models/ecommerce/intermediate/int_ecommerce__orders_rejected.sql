with

transactions as (

    select
        shop_id,
        transaction_id,
        string_to_array(reject_codes, ',') as reason_codes,
        loaded_at

    from {{ ref('shopapp_ecommerce', 'int_ecommerce__transactions_checked') }}
    where reject_codes is not null

),

items as (

    select * from {{ ref('shopapp_ecommerce', 'stg_ecommerce__items') }}

),

raw_items as (

    {{ ecommerce_raw('items') | indent(4) }}

),

rules as (

    select * from {{ ref('shopapp_ecommerce', 'ecommerce_rules') }}

),

-- An order is rejected as a whole, with its lines.
rejected_transactions as (

    select
        md5(shop_id || '|transactions|' || transaction_id) as reject_id,
        shop_id,
        'transactions' as stream,
        transaction_id,
        reason_codes,
        coalesce((
            select
                string_agg(
                    rules.message, ' '
                    order by array_position(transactions.reason_codes, rules.code)
                )

            from rules
            where rules.code = any(transactions.reason_codes)
        ), '') as message,
        cast((
            select
                to_jsonb(raw_transactions) - 'loaded_at' || jsonb_build_object('items', (
                    select jsonb_agg(
                        to_jsonb(items) - 'loaded_at' order by items.position, items.item_id
                    )
                    from items
                    where
                        items.shop_id = transactions.shop_id
                        and items.transaction_id = transactions.transaction_id
                ))

            from {{ ref('shopapp_ecommerce', 'stg_ecommerce__transactions').render() }}
                as raw_transactions
            where
                raw_transactions.shop_id = transactions.shop_id
                and raw_transactions.transaction_id = transactions.transaction_id
        ) as text) as payload,
        loaded_at

    from transactions

),

checked_items as (

    select
        raw_items.*,
        raw_transactions.transaction_id is null as lines_without_order

    from raw_items
    left join {{ ref('shopapp_ecommerce', 'stg_ecommerce__transactions').render() }}
        as raw_transactions
        on raw_items.shop_id = raw_transactions.shop_id
        and raw_items.transaction_id = raw_transactions.transaction_id

),

orphaned_items as (

    select
        md5(shop_id || '|items|' || transaction_id) as reject_id,
        shop_id,
        'items' as stream,
        transaction_id,
        array['lines_without_order'] as reason_codes,
        (
            select message from rules
            where code = 'lines_without_order'
        ) as message,
        cast(jsonb_agg(
            to_jsonb(checked_items) - 'loaded_at' - 'lines_without_order'
            order by position, item_id
        ) as text) as payload,
        max(loaded_at) as loaded_at

    from checked_items
    where lines_without_order
    group by shop_id, transaction_id

)

select * from rejected_transactions
union all
select * from orphaned_items

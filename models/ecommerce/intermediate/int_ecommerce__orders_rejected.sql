{%- set orphaned = ecommerce_rules('reject', 'int_ecommerce__orders_rejected') | first -%}

with

transactions as (

    select * from {{ ref('shopapp_ecommerce', 'int_ecommerce__transactions_checked') }}
    where reject_codes is not null

),

items as (

    select * from {{ ref('shopapp_ecommerce', 'stg_ecommerce__items') }}

),

raw_items as (

    {{ ecommerce_raw('items') | indent(4) }}

),

-- The order goes as a whole, with its lines.
rejected_orders as (

    select
        md5(shop_id || '|transactions|' || transaction_id) as reject_id,
        shop_id,
        'transactions' as stream,
        transaction_id,
        string_to_array(reject_codes, ',') as reason_codes,
        concat_ws(
            ' ',
    {%- for rule in ecommerce_rules('reject', 'int_ecommerce__transactions_checked') %}
            case
                when '{{ rule.code }}' = any(string_to_array(reject_codes, ','))
                    then '{{ rule.message | replace("'", "''") }}'
            end{{ ',' if not loop.last }}
    {%- endfor %}
        ) as message,
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

orphaned_lines as (

    select
        md5(raw_items.shop_id || '|items|' || raw_items.transaction_id) as reject_id,
        raw_items.shop_id,
        'items' as stream,
        raw_items.transaction_id,
        array['{{ orphaned.code }}'] as reason_codes,
        '{{ orphaned.message }}' as message,
        cast(jsonb_agg(
            to_jsonb(raw_items) - 'loaded_at' order by raw_items.position, raw_items.item_id
        ) as text) as payload,
        max(raw_items.loaded_at) as loaded_at

    from raw_items
    left join {{ ref('shopapp_ecommerce', 'stg_ecommerce__transactions').render() }}
        as raw_transactions
        on raw_items.shop_id = raw_transactions.shop_id
        and raw_items.transaction_id = raw_transactions.transaction_id
    where {{ orphaned.condition }}
    group by raw_items.shop_id, raw_items.transaction_id

)

select * from rejected_orders
union all
select * from orphaned_lines

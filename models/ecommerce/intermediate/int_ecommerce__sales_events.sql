{#- Views are referenced directly, because a CTE with several references would read all orders. -#}
{%- set transactions = ref('shopapp_ecommerce', 'stg_ecommerce__transactions').render() -%}
{%- set events = ref('shopapp_ecommerce', 'stg_ecommerce__sales_events').render() -%}
{%- set refunds = ref('shopapp_ecommerce', 'stg_ecommerce__refunds').render() -%}
{%- set no_amount = ecommerce_zero('amount') -%}
{%- set amounts = ['goods_amount', 'discount_amount', 'tax_amount'] -%}
{%- set charges = ['shipping', 'fee', 'tip', 'duty'] -%}
with

stated as (

    select
        shop_id,
        transaction_id,
        id_transaction,
        event_id,
        item_id,
        kind,
        occurred_at,
        quantity,
        refund_split
        {%- for amount in amounts %},
        coalesce({{ amount }}, {{ no_amount }}) as {{ amount }}
        {%- endfor %}
        {%- for amount in amounts %},
        coalesce(
            shop_{{ amount }}, case when shop_goods_amount is not null then {{ no_amount }} end
        ) as shop_{{ amount }}
        {%- endfor %}

    from {{ events }} as sales_events

),

-- Orders that were loaded before the tap wrote sales events, and orders of files.
without_events as (

    select
        transactions.shop_id,
        transactions.transaction_id,
        transactions.id_transaction,
        transactions.refunded_amount,
        coalesce(last_refunds.refunded_at, transactions.cancelled_at) as refunded_at
        {%- for charge in charges + ['tax'] %},
        coalesce({{ ecommerce_convert_like(
            'transactions.refunded_amount', 'transactions.total_amount',
            'cast(transactions.' ~ charge ~ '_amount as ' ~ ecommerce_type('money') ~ ')', 4
        ) }}, {{ no_amount }}) as {{ charge }}_amount
        {%- endfor %}

    from {{ transactions }} as transactions
    {{ ecommerce_lookup(
        refunds, 'last_refunds',
        keys={
            'shop_id': 'transactions.shop_id', 'transaction_id': 'transactions.transaction_id',
        },
        columns={'refunded_at': 'max(created_at)'}
    ) }}
    where
        transactions.refunded_amount > 0
        and transactions.sales_event_count is null
        and not exists (
            select 1
            from {{ events }} as sales_events
            where
                sales_events.shop_id = transactions.shop_id
                and sales_events.transaction_id = transactions.transaction_id
        )

),

kinds as (

    {%- for charge in charges %}
    select '{{ charge }}_refund' as kind
    union all
    {%- endfor %}
    select 'return' as kind

),

-- Their refund is split pro rata over the amounts of the order.
split as (

    select
        without_events.shop_id,
        without_events.transaction_id,
        without_events.id_transaction,
        'refunded:' || kinds.kind as event_id,
        cast(null as {{ ecommerce_type('text') }}) as item_id,
        kinds.kind,
        without_events.refunded_at as occurred_at,
        cast(null as {{ ecommerce_type('quantity') }}) as quantity,
        'derived' as refund_split,
        -case kinds.kind
            {%- for charge in charges %}
            when '{{ charge }}_refund' then without_events.{{ charge }}_amount
            {%- endfor %}
            else without_events.refunded_amount
                {%- for charge in charges + ['tax'] %}
                - without_events.{{ charge }}_amount
                {%- endfor %}
        end as goods_amount,
        {{ no_amount }} as discount_amount,
        case when kinds.kind = 'return' then -without_events.tax_amount else {{ no_amount }} end
            as tax_amount
        {%- for amount in amounts %},
        cast(null as {{ ecommerce_type('amount') }}) as shop_{{ amount }}
        {%- endfor %}

    from without_events
    cross join kinds

),

combined as (

    select * from stated
    union all
    select * from split

)

select * from combined

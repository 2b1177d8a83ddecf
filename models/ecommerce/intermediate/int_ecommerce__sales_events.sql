{#- Views are referenced directly, because a CTE with several references would read all orders. -#}
{%- set transactions = ref('shopapp_ecommerce', 'stg_ecommerce__transactions').render() -%}
{%- set events = ref('shopapp_ecommerce', 'stg_ecommerce__sales_events').render() -%}
{%- set refunds = ref('shopapp_ecommerce', 'stg_ecommerce__refunds').render() -%}
{%- set no_amount = ecommerce_zero('amount') -%}
{%- set amounts = ['goods_amount', 'discount_amount', 'tax_amount'] -%}
{%- set charges = ['shipping', 'fee', 'tip', 'duty'] -%}
{#- Kinds that do not return goods: their account, and whether they add to the order. -#}
{%- set kinds = {'addition': ('placed', true), 'price_change': ('placed', true)} -%}
{%- for charge in charges -%}
    {%- do kinds.update({charge: (charge, true)}) -%}
    {%- do kinds.update({charge ~ '_refund': (charge ~ '_refund', false)}) -%}
{%- endfor -%}
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

    from {{ events }}
    where gone_at is null

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
        columns={'refunded_at': 'max(created_at)'},
        condition='gone_at is null'
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

split_kinds as (

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
        'refunded:' || split_kinds.kind as event_id,
        cast(null as {{ ecommerce_type('text') }}) as item_id,
        split_kinds.kind,
        without_events.refunded_at as occurred_at,
        cast(null as {{ ecommerce_type('quantity') }}) as quantity,
        'derived' as refund_split,
        -case split_kinds.kind
            {%- for charge in charges %}
            when '{{ charge }}_refund' then without_events.{{ charge }}_amount
            {%- endfor %}
            else without_events.refunded_amount
                {%- for charge in charges + ['tax'] %}
                - without_events.{{ charge }}_amount
                {%- endfor %}
        end as goods_amount,
        {{ no_amount }} as discount_amount,
        case
            when split_kinds.kind = 'return' then -without_events.tax_amount else {{ no_amount }}
        end as tax_amount
        {%- for amount in amounts %},
        cast(null as {{ ecommerce_type('amount') }}) as shop_{{ amount }}
        {%- endfor %}

    from without_events
    cross join split_kinds

),

combined as (

    select * from stated
    union all
    select * from split

),

kinds as (

    {%- for kind, (account, is_added) in kinds.items() %}
    select '{{ kind }}' as kind, '{{ account }}' as account, {{ is_added | lower }} as is_added
    {{- ' union all' if not loop.last }}
    {%- endfor %}

),

with_kind as (

    select
        combined.*,
        coalesce(kinds.account, 'returned') as account,
        coalesce(kinds.is_added, false) as is_added,
        coalesce(kinds.account, 'returned') in ('placed', 'returned') as is_of_goods

    from combined
    left join kinds
        on combined.kind = kinds.kind

),

measures as (

    select 'goods' as measure
    union all
    select 'discount' as measure
    union all
    select 'tax' as measure

),

-- Goods and charges that an event takes back are after their discount.
by_account as (

    select
        with_kind.shop_id,
        with_kind.transaction_id,
        with_kind.id_transaction,
        with_kind.event_id,
        case when with_kind.is_of_goods then with_kind.item_id end as item_id,
        case
            when measures.measure = 'discount' then 'discount'
            when measures.measure = 'goods' then with_kind.account
            when with_kind.is_added then 'tax'
            else 'tax_refund'
        end as account,
        not with_kind.is_added as is_taken_back,
        with_kind.occurred_at,
        with_kind.refund_split,
        case
            when measures.measure = 'goods' and with_kind.is_of_goods then with_kind.quantity
        end as quantity
        {%- for prefix, name in {'': 'original_amount', 'shop_': 'shop_amount'}.items() %},
        cast(case
            when measures.measure = 'discount' then -with_kind.{{ prefix }}discount_amount
            when measures.measure = 'tax' then with_kind.{{ prefix }}tax_amount
            when with_kind.account = 'placed' then with_kind.{{ prefix }}goods_amount
            else with_kind.{{ prefix }}goods_amount - with_kind.{{ prefix }}discount_amount
        end as {{ ecommerce_type('amount') }}) as {{ name }}
        {%- endfor %}

    from with_kind
    cross join measures
    where
        measures.measure <> 'discount'
        or with_kind.account = 'placed'

)

select * from by_account

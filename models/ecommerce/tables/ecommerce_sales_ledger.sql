{{ config(
    materialized='ecommerce_maintained',
    unique_key=['id_transaction', 'entry_id'],
    indexes=ecommerce_indexes(
        ['ordered_on', 'id_shop'], ['occurred_on', 'id_shop'], ['id_product']
    ),
    meta={
        'scope': {'kind': 'candidates', 'columns': ['id_transaction']},
        'changed_keys': {
            'day': [['id_shop', 'ordered_on'], ['id_shop', 'occurred_on']],
            'product': [['id_product']],
        },
    },
    post_hook='{{ ecommerce_log_run() }}',
) }}
{%- set exponent = ecommerce_exponent() %}
{%- set has_items = ecommerce_is_on('items') %}
{%- set text = ecommerce_type('text') %}
{%- set no_quantity = ecommerce_zero('quantity') %}
{%- set charges = ['shipping', 'fee', 'tip', 'duty'] %}
{%- set sides = {'original': ecommerce_zero('amount'), 'reporting': ecommerce_zero('money')} %}

with

transactions_counted as (

    select *
    from {{ ecommerce_order_rows_in_scope('int_ecommerce__transactions_counted') }} as counted

),

sales_events as (

    select * from {{ ecommerce_order_rows_in_scope('int_ecommerce__sales_events') }} as events_read

),

currencies as (

    select * from {{ ref('shopapp_ecommerce', 'ecommerce_currencies') }}

),

transactions as (

    select *
    from {{ ecommerce_lower_names(
        ref('shopapp_ecommerce', 'ECommerce_Transaction'), 'ECommerce_Transaction',
        columns=[
            'idTransaction', 'Revenue', 'Discount', 'Shipping', 'Tax', 'Adjustment', 'Total',
            'originalRevenue', 'originalDiscount', 'originalShipping', 'originalTax',
            'originalAdjustment', 'originalTotal', 'originalRefund', 'originalCurrency', 'exchangeRateFrom',
            'exchangeRateTo', 'exchangeRateStatus',
        ]
    ) }} as transactions

),

-- Orders that changed after their placement, and what the buyer owes less because of it.
changes as (

    select
        id_transaction,
        -sum(case when is_taken_back then original_amount end) as lost_amount

    from sales_events
    group by id_transaction

),

with_charges as (

    select
        transactions_counted.*,
        transactions.original_currency,
        transactions.exchange_rate_from as rate_from,
        transactions.exchange_rate_to as rate_to,
        transactions.exchange_rate_status = 'shop' as is_shop_money,
        transactions.exchange_rate_status not in ('missing_rate', 'unknown_currency') as has_rate,
        transactions.original_refund,
        {%- for name in ['revenue', 'discount', 'shipping', 'tax', 'adjustment', 'total'] %}
        transactions.original_{{ name }} as {{ name }}_original,
        transactions.{{ name }} as {{ name }}_reporting,
        {%- endfor %}
        {%- for charge in charges[1:] %}
        transactions_counted.{{ charge }}_amount as {{ charge }}_original,
        case
            when transactions.exchange_rate_status = 'shop' then {{ ecommerce_round(
                'transactions_counted.shop_' ~ charge ~ '_amount', exponent
            ) }}
            else {{ ecommerce_convert(
                'transactions_counted.' ~ charge ~ '_amount', 'transactions.exchange_rate_from',
                'transactions.exchange_rate_to', exponent
            ) }}
        end as {{ charge }}_reporting{{ ',' if not loop.last }}
        {%- endfor %}

    from transactions_counted
    inner join transactions
        on transactions_counted.id_transaction = transactions.id_transaction

),

-- Amounts before conversion, and in the reporting currency. Orders without a rate have none there.
with_amounts as (

    select
        id_transaction,
        shop_id,
        time_zone,
        sold_at,
        taken_back_at,
        is_counted,
        is_open,
        is_paid,
        fees_in_net,
        original_currency,
        rate_from,
        rate_to,
        is_shop_money,
        coalesce(original_refund, {{ ecommerce_zero('amount') }}) as refunded_original
        {%- for side, zero in sides.items() %}
        {%- for name in ['revenue', 'discount', 'tax'] + charges %},
        case
            when {{ 'has_rate' if side == 'reporting' else 'true' }}
                then coalesce({{ name }}_{{ side }}, {{ zero }})
        end as {{ name }}_{{ side }}
        {%- endfor %},
        case when {{ 'has_rate' if side == 'reporting' else 'true' }} then coalesce(
            total_{{ side }},
            coalesce(revenue_{{ side }}, {{ zero }})
            - coalesce(discount_{{ side }}, {{ zero }})
            {%- for name in ['shipping', 'tax', 'adjustment'] %}
            + coalesce({{ name }}_{{ side }}, {{ zero }})
            {%- endfor %}
        ) end as total_{{ side }}
        {%- endfor %}

    from with_charges

),

{% if has_items %}
staged_items as (

    select * from {{ ecommerce_order_rows_in_scope('stg_ecommerce__items') }} as items_read

),

items as (

    select *
    from {{ ecommerce_lower_names(
        ref('shopapp_ecommerce', 'ECommerce_Item'), 'ECommerce_Item',
        columns=[
            'idTransaction', 'idItem', 'idProduct', 'Quantity', 'Revenue', 'Discount', 'Tax',
            'originalRevenue', 'originalDiscount', 'originalTax',
        ]
    ) }} as items

),

lines as (

    select
        items.id_transaction,
        items.id_item,
        items.id_product,
        changes.id_transaction is not null
        or with_amounts.taken_back_at is not null as is_changed,
        coalesce(items.quantity, {{ no_quantity }}) as quantity,
        coalesce(staged_items.is_gift_card, false) as is_gift_card,
        coalesce(items.quantity < 0 or items.original_revenue < 0, false) as is_return
        {%- for side, zero in sides.items() %}
        {%- set prefix = 'original_' if side == 'original' else '' %}
        {%- for name in ['revenue', 'discount', 'tax'] %},
        case
            when with_amounts.total_{{ side }} is not null
                then coalesce(items.{{ prefix }}{{ name }}, {{ zero }})
        end as {{ name }}_{{ side }}
        {%- endfor %}
        {%- endfor %}

    from items
    inner join with_amounts
        on items.id_transaction = with_amounts.id_transaction
    left join staged_items
        on items.id_transaction = staged_items.id_transaction
        and items.id_item = staged_items.item_id
    left join changes
        on items.id_transaction = changes.id_transaction

),
{%- else %}

lines as (

    select
        cast(null as {{ text }}) as id_transaction,
        cast(null as {{ text }}) as id_item,
        cast(null as {{ text }}) as id_product,
        false as is_changed,
        {{ no_quantity }} as quantity,
        false as is_gift_card,
        false as is_return
        {%- for side, zero in sides.items() %}
        {%- for name in ['revenue', 'discount', 'tax'] %},
        {{ zero }} as {{ name }}_{{ side }}
        {%- endfor %}
        {%- endfor %}

    where 1 = 0

),
{%- endif %}

line_sums as (

    select
        id_transaction,
        count(*) as line_count,
        {%- for side, zero in sides.items() %}
        sum(revenue_{{ side }} - discount_{{ side }}) as net_{{ side }},
        sum(tax_{{ side }}) as tax_{{ side }},
        sum(
            case when is_gift_card then revenue_{{ side }} - discount_{{ side }} else {{ zero }} end
        ) as gift_card_{{ side }}{{ ',' if not loop.last }}
        {%- endfor %}

    from lines
    group by id_transaction

),

compared as (

    select
        with_amounts.*,
        line_sums.id_transaction is not null as has_lines,
        changes.id_transaction is not null
        or with_amounts.taken_back_at is not null as is_changed,
        coalesce(changes.lost_amount, {{ ecommerce_zero('amount') }})
        - with_amounts.refunded_original as lost_without_refund,
        {{ ecommerce_rounding('currencies.minor_unit', 'line_sums.line_count') }} as tolerance
        {%- for side, zero in sides.items() %},
        coalesce(line_sums.net_{{ side }}, {{ zero }}) as lines_net_{{ side }},
        coalesce(line_sums.tax_{{ side }}, {{ zero }}) as lines_tax_{{ side }},
        coalesce(line_sums.gift_card_{{ side }}, {{ zero }}) as gift_card_{{ side }},
        coalesce(
            line_sums.net_{{ side }},
            with_amounts.revenue_{{ side }} - with_amounts.discount_{{ side }}
        ) as goods_net_{{ side }},
        with_amounts.tax_{{ side }}
        {%- for charge in charges %}
        + with_amounts.{{ charge }}_{{ side }}
        {%- endfor %} as charges_{{ side }}
        {%- endfor %}

    from with_amounts
    left join line_sums
        on with_amounts.id_transaction = line_sums.id_transaction
    left join changes
        on with_amounts.id_transaction = changes.id_transaction
    left join currencies
        on with_amounts.original_currency = currencies.currency

),

-- The total of some applications is without goods that were removed before they were paid. A total
-- that is lower than its parts is such a total, as far as goods were taken back without a refund.
with_removed_amount as (

    select
        compared.*,
        case
            when total_original - goods_net_original - charges_original >= -tolerance
                then {{ ecommerce_zero('amount') }}
            when taken_back_at is not null
                then goods_net_original + charges_original - total_original
            else greatest(
                least(
                    goods_net_original + charges_original - total_original, lost_without_refund
                ),
                {{ ecommerce_zero('amount') }}
            )
        end as removed_original

    from compared

),

with_placed_total as (

    select
        with_removed_amount.*,
        total_original + removed_original as placed_original,
        case
            when removed_original = 0 then total_reporting
            when removed_original = goods_net_original + charges_original - total_original
                then goods_net_reporting + charges_reporting
            when is_shop_money then total_reporting + {{ ecommerce_convert_like(
                'removed_original', 'total_original', 'total_reporting', exponent
            ) }}
            else total_reporting + {{ ecommerce_convert(
                'removed_original', 'rate_from', 'rate_to', exponent
            ) }}
        end as placed_reporting

    from with_removed_amount

),

-- What the order has beyond its lines; of an order without lines, all of it. Goods are what is left
-- of the total without tax and charges.
orders as (

    select
        with_placed_total.*
        {%- for side, zero in sides.items() %},
        placed_{{ side }} - charges_{{ side }} - gift_card_{{ side }} as goods_{{ side }},
        placed_{{ side }} - charges_{{ side }} - lines_net_{{ side }} as rest_goods_{{ side }},
        placed_{{ side }} - charges_{{ side }} - goods_net_{{ side }} as rounding_{{ side }},
        tax_{{ side }} - lines_tax_{{ side }} as rest_tax_{{ side }}
        {%- endfor %}

    from with_placed_total

),

-- The amounts of an order and its lines that entries belong to. The entries of an account sum to
-- the order's or the line's amount, those of an account of what was taken back to at most that.
-- Orders that did not change have accounts with an amount only.
accounts as (

    {%- for account in ['placed', 'discount', 'tax'] %}
    select '{{ account }}' as account, false as is_taken_back, true as has_lines
    union all
    {%- endfor %}
    {%- for account in ['rounding'] + charges %}
    select '{{ account }}' as account, false as is_taken_back, false as has_lines
    union all
    {%- endfor %}
    {%- for account in ['returned', 'tax_refund'] %}
    select '{{ account }}' as account, true as is_taken_back, true as has_lines
    union all
    {%- endfor %}
    {%- for charge in charges %}
    select '{{ charge }}_refund' as account, true as is_taken_back, false as has_lines
    {{- ' union all' if not loop.last }}
    {%- endfor %}

),

line_accounts as (

    select
        lines.id_transaction,
        lines.id_item,
        lines.id_product,
        lines.is_gift_card,
        lines.is_changed,
        accounts.account,
        accounts.is_taken_back,
        case
            when accounts.account not in ('placed', 'returned') then accounts.account
            when lines.is_gift_card then 'gift_card_sale'
            when accounts.is_taken_back or lines.is_return then 'return'
            else 'sale'
        end as event,
        case accounts.account
            when 'placed' then lines.quantity
            when 'returned' then -lines.quantity
        end as quantity
        {%- for side in sides %},
        case accounts.account
            when 'placed' then lines.revenue_{{ side }}
            when 'discount' then -lines.discount_{{ side }}
            when 'tax' then lines.tax_{{ side }}
            when 'returned' then lines.discount_{{ side }} - lines.revenue_{{ side }}
            else -lines.tax_{{ side }}
        end as own_{{ side }}
        {%- endfor %}

    from lines
    cross join accounts
    where accounts.has_lines

),

order_accounts as (

    select
        orders.id_transaction,
        orders.has_lines,
        orders.is_changed,
        accounts.account,
        accounts.is_taken_back,
        case accounts.account
            when 'placed' then 'sale'
            when 'returned' then 'return'
            else accounts.account
        end as event
        {%- for side, zero in sides.items() %},
        case accounts.account
            when 'placed'
                then case when orders.has_lines then {{ zero }} else orders.revenue_{{ side }} end
            when 'discount'
                then case when orders.has_lines then {{ zero }} else -orders.discount_{{ side }} end
            when 'tax' then orders.rest_tax_{{ side }}
            when 'rounding' then orders.rounding_{{ side }}
            when 'returned' then -orders.rest_goods_{{ side }}
            when 'tax_refund' then -orders.rest_tax_{{ side }}
            {%- for charge in charges %}
            when '{{ charge }}' then orders.{{ charge }}_{{ side }}
            when '{{ charge }}_refund' then -orders.{{ charge }}_{{ side }}
            {%- endfor %}
        end as own_{{ side }},
        -- Returns and their tax are compared with those of all lines and the order together.
        case accounts.account
            when 'returned' then -orders.goods_{{ side }}
            when 'tax_refund' then -orders.tax_{{ side }}
        end as whole_{{ side }}
        {%- endfor %}

    from orders
    cross join accounts

),

all_accounts as (

    select
        id_transaction,
        id_item,
        'line:' || id_item as item_key,
        id_product,
        is_gift_card,
        account,
        is_taken_back,
        event,
        quantity,
        own_original,
        own_reporting,
        own_original as whole_original,
        own_reporting as whole_reporting,
        false as continues_lines,
        account = 'tax_refund' or (account = 'returned' and not is_gift_card) as adds_to_order,
        account = 'placed' as is_kept

    from line_accounts
    where
        is_changed
        or (
            not is_taken_back
            and (own_original <> 0 or own_reporting <> 0 or account = 'placed')
        )
    union all
    select
        id_transaction,
        cast(null as {{ text }}) as id_item,
        'order' as item_key,
        cast(null as {{ text }}) as id_product,
        false as is_gift_card,
        account,
        is_taken_back,
        event,
        cast(null as {{ ecommerce_type('quantity') }}) as quantity,
        own_original,
        own_reporting,
        coalesce(whole_original, own_original) as whole_original,
        coalesce(whole_reporting, own_reporting) as whole_reporting,
        account in ('returned', 'tax_refund') as continues_lines,
        false as adds_to_order,
        account = 'placed' and not has_lines as is_kept

    from order_accounts
    where
        is_changed
        or (
            not is_taken_back
            and (
                own_original <> 0
                or own_reporting <> 0
                or (account = 'placed' and not has_lines)
            )
        )

),

event_entries as (

    select
        sales_events.*,
        case when lines.id_item is null then 'order' else 'line:' || lines.id_item end as item_key

    from sales_events
    left join lines
        on sales_events.id_transaction = lines.id_transaction
        and sales_events.item_id = lines.id_item

),

event_sums as (

    select
        id_transaction,
        item_key,
        account,
        sum(quantity) as quantity,
        sum(original_amount) as original_amount,
        -- Null if an event has no amount in the shop's currency.
        case when count(shop_amount) = count(*) then sum(shop_amount) end as shop_amount

    from event_entries
    group by id_transaction, item_key, account

),

-- The placement is what the later additions leave of the order's amounts. The cancellation takes
-- back what the events before it left.
rests as (

    select
        all_accounts.id_transaction,
        all_accounts.item_key,
        all_accounts.account,
        case when all_accounts.is_taken_back then 'cancelled' end as event_id,
        case when all_accounts.is_taken_back then orders.taken_back_at else orders.sold_at end
            as occurred_at,
        case when all_accounts.is_taken_back then 'stated' end as refund_split,
        all_accounts.quantity - coalesce(event_sums.quantity, {{ no_quantity }}) as quantity,
        all_accounts.own_original
        - coalesce(event_sums.original_amount, {{ ecommerce_zero('amount') }}) as original_amount,
        case
            when event_sums.account is null then all_accounts.own_reporting
            else all_accounts.own_reporting - event_sums.shop_amount
        end as shop_amount,
        case when all_accounts.is_taken_back then 3 else 1 end as sequence

    from all_accounts
    inner join orders
        on all_accounts.id_transaction = orders.id_transaction
    left join event_sums
        on all_accounts.id_transaction = event_sums.id_transaction
        and all_accounts.item_key = event_sums.item_key
        and all_accounts.account = event_sums.account
    where
        not all_accounts.is_taken_back
        or orders.taken_back_at is not null

),

-- The rounding of a conversion is taken back with the last of an order's goods.
taken_back_sums as (

    select
        event_entries.id_transaction,
        event_entries.account,
        sum(event_entries.original_amount) as original_amount,
        max(event_entries.occurred_at) as occurred_at

    from event_entries
    inner join all_accounts
        on event_entries.id_transaction = all_accounts.id_transaction
        and event_entries.item_key = all_accounts.item_key
        and event_entries.account = all_accounts.account
    where
        all_accounts.adds_to_order
        or all_accounts.continues_lines
    group by event_entries.id_transaction, event_entries.account

),

roundings as (

    select
        all_accounts.id_transaction,
        all_accounts.item_key,
        all_accounts.account,
        'rounding' as event_id,
        taken_back_sums.occurred_at,
        'stated' as refund_split,
        cast(null as {{ ecommerce_type('quantity') }}) as quantity,
        {{ ecommerce_zero('amount') }} as original_amount,
        {{ ecommerce_zero('amount') }} as shop_amount,
        3 as sequence

    from taken_back_sums
    inner join all_accounts
        on taken_back_sums.id_transaction = all_accounts.id_transaction
        and taken_back_sums.account = all_accounts.account
        and taken_back_sums.original_amount = all_accounts.whole_original
    inner join orders
        on taken_back_sums.id_transaction = orders.id_transaction
    where
        all_accounts.continues_lines
        and orders.taken_back_at is null

),

entries as (

    select
        id_transaction,
        item_key,
        account,
        event_id,
        occurred_at,
        refund_split,
        quantity,
        original_amount,
        shop_amount,
        sequence

    from rests
    union all
    select * from roundings
    union all
    select
        id_transaction,
        item_key,
        account,
        event_id,
        occurred_at,
        refund_split,
        quantity,
        original_amount,
        shop_amount,
        2 as sequence

    from event_entries

),

-- Running totals of each account. For the order, they continue those of its lines.
with_totals as (

    select
        entries.*,
        all_accounts.id_item,
        all_accounts.id_product,
        all_accounts.event,
        all_accounts.is_gift_card,
        all_accounts.whole_original,
        all_accounts.whole_reporting,
        all_accounts.continues_lines,
        all_accounts.adds_to_order,
        all_accounts.is_kept
        {%- for side in ['original', 'shop'] %},
        sum(entries.{{ side }}_amount) over by_account
        + case
            when all_accounts.continues_lines
                then coalesce(
                    sum(
                        case
                            when all_accounts.adds_to_order then entries.{{ side }}_amount
                        end
                    ) over by_order,
                    {{ ecommerce_zero('amount') }}
                )
            else {{ ecommerce_zero('amount') }}
        end as {{ side }}_total
        {%- endfor %}

    from entries
    inner join all_accounts
        on entries.id_transaction = all_accounts.id_transaction
        and entries.item_key = all_accounts.item_key
        and entries.account = all_accounts.account
    window
        by_order as (partition by entries.id_transaction, entries.account),
        by_account as (
            partition by entries.id_transaction, entries.item_key, entries.account
            order by
                entries.sequence,
                entries.occurred_at nulls first,
                {{ ecommerce_text_order('entries.event_id') }}
            rows unbounded preceding
        )

),

-- A total that is the whole amount is the whole amount of the tables. Others are converted.
with_converted_totals as (

    select
        with_totals.*,
        orders.shop_id as id_shop,
        orders.time_zone,
        orders.sold_at,
        orders.is_counted,
        orders.is_open,
        orders.is_paid,
        orders.fees_in_net,
        orders.original_currency,
        case
            when with_totals.original_total = with_totals.whole_original
                then with_totals.whole_reporting
            when orders.is_shop_money then coalesce(
                {{ ecommerce_round('with_totals.shop_total', exponent) }},
                {{ ecommerce_convert_like(
                    'with_totals.original_total', 'orders.total_original',
                    'orders.total_reporting', exponent
                ) }}
            )
            else {{ ecommerce_convert(
                'with_totals.original_total', 'orders.rate_from', 'orders.rate_to', exponent
            ) }}
        end as converted_total

    from with_totals
    inner join orders
        on with_totals.id_transaction = orders.id_transaction

),

with_differences as (

    select
        with_converted_totals.*,
        row_number() over by_account as number_in_account,
        converted_total - lag(converted_total) over by_account as difference

    from with_converted_totals
    window by_account as (
        partition by id_transaction, item_key, account
        order by sequence, occurred_at nulls first, {{ ecommerce_text_order('event_id') }}
    )

),

with_converted_amounts as (

    select
        with_differences.*,
        case
            when number_in_account > 1 then difference
            when continues_lines then converted_total - coalesce(
                sum(
                    case
                        when not adds_to_order then null
                        when number_in_account > 1 then difference
                        else converted_total
                    end
                ) over (partition by id_transaction, account),
                {{ ecommerce_zero('money') }}
            )
            else converted_total
        end as amount

    from with_differences

),

renamed as (

    select
        id_transaction,
        case
            when event_id is null then 'placed:' || event || ':' || item_key
            when sequence = 3 then event_id || ':' || event || ':' || item_key
            else 'event:' || event_id || ':' || event
        end as entry_id,
        id_shop,
        id_item,
        id_product,
        event,
        event_id,
        occurred_at,
        {{ ecommerce_day('coalesce(occurred_at, sold_at)', 'time_zone') }} as occurred_on,
        {{ ecommerce_day('sold_at', 'time_zone') }} as ordered_on,
        cast(quantity as {{ ecommerce_type('quantity') }}) as quantity,
        cast(amount as {{ ecommerce_type('money') }}) as amount,
        {{ ecommerce_currency() }} as currency,
        cast(original_amount as {{ ecommerce_type('amount') }}) as original_amount,
        original_currency,
        refund_split,
        is_counted,
        is_open,
        is_paid,
        event in ('sale', 'return', 'rounding')
        or (event = 'discount' and not is_gift_card)
        or (event in ('fee', 'fee_refund') and fees_in_net) as in_net_sales,
        event not in ('gift_card_sale', 'tip', 'tip_refund')
        and not (event = 'discount' and is_gift_card) as in_total_sales

    from with_converted_amounts
    where
        original_amount <> 0
        or amount <> 0
        or quantity <> 0
        -- Every line has a row, and every order.
        or is_kept

)

{{ ecommerce_typed_rows('renamed') }}

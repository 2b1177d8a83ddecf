{#- Conditions that depend on today or on thresholds are in ecommerce_data_quality, because the rows
    of unchanged orders are not computed again. -#}
{{ config(
    materialized='ecommerce_maintained',
    unique_key=['id_transaction'],
    indexes=ecommerce_indexes(['id_transaction']),
    meta={'scope': {'kind': 'order', 'columns': ['id_transaction', 'id_shop']}},
    pre_hook='{{ ecommerce_disable_jit() }}',
) }}
-- depends_on: {{ ref('shopapp_ecommerce', 'int_ecommerce__transaction_candidates') }}
{%- set has_items = ecommerce_is_on('items') %}
{%- set no_amount = ecommerce_zero('amount') %}
{%- set no_rows = ecommerce_zero('integer') %}

with

transactions as (

    select *
    from {{ ecommerce_rows_in_scope(ecommerce_lower_names(
        ref('shopapp_ecommerce', 'ECommerce_Transaction'), 'ECommerce_Transaction',
        columns=[
            'idTransaction', 'idShop', 'contactMatchStatus', 'exchangeRateStatus',
            'dtTransaction', 'dtTransactionCreatedAt', 'originalCurrency', 'originalRevenue',
            'originalTax', 'originalShippingTax',
        ]
    ), ['id_transaction']) }} as transactions

),

raw_transactions as (

    -- Named, because Postgres stores the columns of a CTE with several references.
    select
        shop_id,
        id_transaction,
        currency,
        item_count,
        gross_amount,
        discount_amount,
        shipping_amount,
        tax_amount,
        fee_amount,
        tip_amount,
        duty_amount,
        adjustment_amount,
        total_amount,
        fee_tax_amount,
        financial_status,
        financial_status_raw,
        email,
        email_normalized,
        is_erased,
        id_send_log,
        id_batch,
        id_visit,
        has_rounded_number

    from {{ ecommerce_order_rows_in_scope('stg_ecommerce__transactions') }} as raw_transactions

),

complete_transactions as (

    select id_transaction
    from {{ ecommerce_order_rows_in_scope('int_ecommerce__transactions_complete') }}
        as complete_rows

),

sales_events as (

    select *
    from {{ ecommerce_order_rows_in_scope('stg_ecommerce__sales_events') }} as sales_events

),

ledger as (

    select *
    from {{ ecommerce_rows_in_scope(
        ref('shopapp_ecommerce', 'ecommerce_sales_ledger'), ['id_transaction']
    ) }} as ledger

),

currencies as (

    select * from {{ ref('shopapp_ecommerce', 'ecommerce_currencies') }}

),

shops as (

    select * from {{ ref('shopapp_ecommerce', 'stg_ecommerce__shops') }}

),

statuses as (

    select * from {{ ref('shopapp_ecommerce', 'int_ecommerce__statuses') }}

),

checked_transactions as (

    select
        transactions.id_transaction,
        {{ ecommerce_day('transactions.dt_transaction', 'null') }} as utc_day,
        transactions.contact_match_status = 'unmatched' as contact_unmatched,
        transactions.contact_match_status = 'ambiguous' as contact_ambiguous,
        transactions.contact_match_status = 'conflict' as contact_conflict,
        transactions.exchange_rate_status = 'missing_rate' as rate_missing,
        transactions.exchange_rate_status = 'unknown_currency' as currency_unknown,
        transactions.dt_transaction is null as date_missing,
        currencies.retired_on
        <= {{ ecommerce_day('transactions.dt_transaction_created_at', 'null') }}
            as currency_no_longer_exists

    from transactions
    left join currencies
        on transactions.original_currency = currencies.currency

),

totals_compared as (

    select
        raw_transactions.*,
        raw_transactions.gross_amount
        - coalesce(raw_transactions.discount_amount, {{ no_amount }})
        {%- for charge in ['shipping', 'tax', 'fee', 'tip', 'duty', 'adjustment'] %}
        + coalesce(raw_transactions.{{ charge }}_amount, {{ no_amount }})
        {%- endfor %}
        - raw_transactions.total_amount as total_difference,
        {{ ecommerce_rounding('currencies.minor_unit', 'raw_transactions.item_count') }}
            as rounding,
        statuses.status_key is null
        and coalesce(raw_transactions.financial_status, 'unknown') = 'unknown' as has_unknown_status

    from raw_transactions
    left join currencies
        on raw_transactions.currency = currencies.currency
    left join shops
        on raw_transactions.shop_id = shops.shop_id
    left join statuses
        on shops.application = statuses.application
        and {{ ecommerce_status_key('raw_transactions.financial_status_raw') }}
        = statuses.status_key

),

checked_raw_transactions as (

    select
        id_transaction,
        total_difference <> 0 and abs(total_difference) > rounding as amounts_do_not_add_up,
        adjustment_amount <> 0 and abs(adjustment_amount) > rounding as adjustment_unexplained,
        has_unknown_status as status_unknown,
        trim(email) <> '' and email_normalized is null and not is_erased as email_unreadable,
        {%- for id in ['id_send_log', 'id_batch', 'id_visit'] %}
        {{ 'or ' if not loop.first }}(
            {{ id }} is not null
            and {{ ecommerce_try_cast(id, 'bigint') }} is null
        )
        {%- endfor %} as send_is_no_integer,
        has_rounded_number as number_rounded

    from totals_compared

),

ledger_compared as (

    select
        ledger.id_transaction,
        sum(
            case
                when ledger.event = 'rounding' then ledger.original_amount
                else {{ no_amount }}
            end
        ) as rounding_amount,
        {{ dbt.bool_or("coalesce(ledger.refund_split = 'derived', false)") }} as has_derived_split,
        {{ ecommerce_rounding('max(currencies.minor_unit)', 'count(distinct ledger.id_item)') }}
            as tolerance

    from ledger
    left join currencies
        on ledger.original_currency = currencies.currency
    group by ledger.id_transaction

),

checked_ledger as (

    select
        id_transaction,
        abs(rounding_amount) > tolerance as unexplained_rounding,
        has_derived_split as refund_split_derived

    from ledger_compared

),

checked_events as (

    select
        id_transaction,
        kind = 'unknown' as event_kind_unknown

    from sales_events

),

event_counts as (

    select
        id_transaction,
        count(*) as event_count,
        count(case when event_kind_unknown then 1 end) as event_kind_unknown

    from checked_events
    group by id_transaction

),
{%- if has_items %}

items as (

    select *
    from {{ ecommerce_rows_in_scope(ecommerce_lower_names(
        ref('shopapp_ecommerce', 'ECommerce_Item'), 'ECommerce_Item',
        columns=['idTransaction', 'originalRevenue', 'originalTax']
    ), ['id_transaction']) }} as items

),

item_sums as (

    select
        id_transaction,
        count(*) as line_count,
        sum(original_revenue) as gross_amount,
        sum(original_tax) as tax_amount

    from items
    group by id_transaction

),

-- The differences between the lines and their order, in the order's currency. No line has a tax if
-- the difference of the tax is null.
lines_compared as (

    select
        item_sums.id_transaction,
        abs(item_sums.gross_amount - transactions.original_revenue) as gross_difference,
        abs(
            item_sums.tax_amount - transactions.original_tax
            + coalesce(transactions.original_shipping_tax, {{ no_amount }})
            + coalesce(raw_transactions.fee_tax_amount, {{ no_amount }})
        ) as tax_difference,
        {{ ecommerce_rounding('currencies.minor_unit', 'item_sums.line_count') }} as rounding

    from item_sums
    inner join transactions
        on item_sums.id_transaction = transactions.id_transaction
    left join raw_transactions
        on item_sums.id_transaction = raw_transactions.id_transaction
    left join currencies
        on transactions.original_currency = currencies.currency

),

with_greatest_difference as (

    select
        id_transaction,
        coalesce(
            greatest(gross_difference, tax_difference), gross_difference, tax_difference
        ) as difference,
        rounding

    from lines_compared

),

checked_lines as (

    select
        id_transaction,
        difference > 0 and difference > rounding as lines_do_not_add_up

    from with_greatest_difference

),

checked_raw_items as (

    select
        id_transaction,
        has_rounded_number as item_number_rounded

    from {{ ecommerce_order_rows_in_scope('stg_ecommerce__items') }} as raw_items

),

raw_item_counts as (

    select
        id_transaction,
        count(*) as item_count,
        count(case when item_number_rounded then 1 end) as item_number_rounded

    from checked_raw_items
    group by id_transaction

),
{%- endif %}

-- Orders of the raw tables that are rejected or incomplete are in no other table. An order whose
-- raw rows were removed is in the tables only.
orders as (

    select
        id_shop,
        id_transaction

    from transactions
    union
    select
        shop_id as id_shop,
        id_transaction

    from raw_transactions

),

joined as (

    select
        orders.id_shop,
        orders.id_transaction,
        checked_transactions.id_transaction is not null as is_in_table,
        checked_raw_transactions.id_transaction is not null as is_loaded,
        checked_ledger.id_transaction is not null as is_in_ledger,
        complete_transactions.id_transaction is not null as is_complete,
        checked_transactions.utc_day
        {%- for relation, cte in {
            'ECommerce_Transaction': 'checked_transactions',
            'stg_ecommerce__transactions': 'checked_raw_transactions',
            'ecommerce_sales_ledger': 'checked_ledger',
        }.items() %}
        {%- for code in ecommerce_rule_codes(relation) if code != 'date_in_the_future' %},
        coalesce({{ cte }}.{{ code }}, false) as {{ code }}
        {%- endfor %}
        {%- endfor %},
        coalesce(event_counts.event_count, {{ no_rows }}) as event_count,
        coalesce(event_counts.event_kind_unknown, {{ no_rows }}) as event_kind_unknown,
        {%- if has_items %}
        checked_lines.id_transaction is not null as has_lines,
        coalesce(checked_lines.lines_do_not_add_up, false) as lines_do_not_add_up,
        coalesce(raw_item_counts.item_count, {{ no_rows }}) as item_count,
        coalesce(raw_item_counts.item_number_rounded, {{ no_rows }}) as item_number_rounded
        {%- else %}
        false as has_lines,
        false as lines_do_not_add_up,
        {{ no_rows }} as item_count,
        {{ no_rows }} as item_number_rounded
        {%- endif %}

    from orders
    left join checked_transactions
        on orders.id_transaction = checked_transactions.id_transaction
    left join checked_raw_transactions
        on orders.id_transaction = checked_raw_transactions.id_transaction
    left join checked_ledger
        on orders.id_transaction = checked_ledger.id_transaction
    left join complete_transactions
        on orders.id_transaction = complete_transactions.id_transaction
    left join event_counts
        on orders.id_transaction = event_counts.id_transaction
    {%- if has_items %}
    left join checked_lines
        on orders.id_transaction = checked_lines.id_transaction
    left join raw_item_counts
        on orders.id_transaction = raw_item_counts.id_transaction
    {%- endif %}

)

{{ ecommerce_typed_rows('joined') }}

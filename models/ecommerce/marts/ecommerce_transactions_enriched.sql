{{ config(
    materialized='ecommerce_maintained',
    unique_key=['id_transaction'],
    indexes=ecommerce_indexes(
        ['id_transaction'], ['buyer_key'], ['ordered_on', 'id_shop'], ['id_contact'], ['campaign_key']
    ),
    meta={
        'scope': {'kind': 'orders_of_buyers', 'columns': ['id_transaction']},
        'changed_keys': {
            'day': [['id_shop', 'ordered_on']],
            'contact': [['id_contact']],
            'campaign': [['campaign_key']],
        },
    },
) }}

with

transactions as (

    select *
    from {{ ecommerce_rows_in_scope(ecommerce_lower_names(
        ref('shopapp_ecommerce', 'ECommerce_Transaction'), 'ECommerce_Transaction',
        columns=[
            'idTransaction', 'OrderName', 'idShop', 'dtTransaction', 'dtCancelled', 'dtDeleted',
            'isTest', 'idContact', 'contactMatchStatus', 'guestKey', 'financialStatus',
            'fulfillmentStatus', 'exchangeRateStatus', 'Currency', 'Total', 'originalCurrency',
        ]
    ), ['id_transaction']) }} as transactions

),

attributed as (

    select *
    from {{ ecommerce_rows_in_scope(
        ref('shopapp_ecommerce', 'int_ecommerce__transactions_attributed'), ['id_transaction']
    ) }} as attributed_rows

),

campaign_names as (

    select * from {{ ref('shopapp_ecommerce', 'int_ecommerce__campaign_names') }}

),

order_sums as (

    select
        id_transaction,
        max(ordered_on) as ordered_on,
        {{ dbt.bool_or('is_counted') }} as is_counted,
        {{ dbt.bool_or('is_open') }} as is_open,
        {{ dbt.bool_or('is_paid') }} as is_paid,
        {{ ecommerce_unit_sums() }},
        {{ ecommerce_ledger_sums(ecommerce_order_amount_names()) }},
        {{ ecommerce_ledger_sums(ecommerce_figures_by_event(), 'original_') }}

    from {{ ecommerce_rows_in_scope(
        ref('shopapp_ecommerce', 'ecommerce_sales_ledger'), ['id_transaction']
    ) }} as ledger
    group by id_transaction

),

with_attributes as (

    select
        transactions.id_transaction,
        transactions.order_name,
        transactions.id_shop,
        transactions.dt_transaction as ordered_at,
        order_sums.ordered_on,
        transactions.id_contact,
        transactions.contact_match_status,
        {{ ecommerce_buyer_key('transactions') }} as buyer_key,
        coalesce(order_sums.is_counted, false) as is_counted,
        coalesce(order_sums.is_open, false) as is_open,
        transactions.dt_cancelled is not null as is_cancelled,
        coalesce(order_sums.is_paid, false) as is_paid,
        transactions.financial_status,
        transactions.fulfillment_status,
        transactions.exchange_rate_status,
        attributed.attribution_method,
        attributed.campaign_key,
        campaign_names.campaign_name,
        campaign_names.campaign_channel,
        campaign_names.campaign_source,
        attributed.id_batch,
        attributed.id_send_log,
        attributed.touched_at,
        {%- for units in ecommerce_unit_names() %}
        order_sums.{{ units }},
        {%- endfor %}
        transactions.currency,
        {%- for amount in ecommerce_order_amount_names() %}
        case
            when transactions.exchange_rate_status not in ('missing_rate', 'unknown_currency')
                then order_sums.{{ amount }}
        end as {{ amount }},
        {%- endfor %}
        case
            when order_sums.is_open then transactions.total
        end as open_amount,
        {%- for amount in ecommerce_figures_by_event() %}
        order_sums.original_{{ amount }},
        {%- endfor %}
        transactions.original_currency

    from transactions
    inner join attributed
        on transactions.id_transaction = attributed.id_transaction
    left join campaign_names
        on attributed.campaign_key = campaign_names.campaign_key
    left join order_sums
        on transactions.id_transaction = order_sums.id_transaction

),

with_buyer_order_number as (

    select
        with_attributes.*,
        case
            when is_counted and ordered_at is not null and buyer_key is not null
                then row_number() over dated_orders
        end as buyer_order_number,
        first_value(ordered_on) over dated_orders as first_ordered_on,
        first_value(id_shop) over dated_orders as first_id_shop,
        case
            when is_counted and buyer_key is not null
                then row_number() over (
                partition by buyer_key, is_counted, campaign_key
                order by
                    ordered_at asc nulls last,
                    {{ ecommerce_text_order('id_transaction') }} asc
            ) = 1
        end as is_first_of_campaign

    from with_attributes
    window dated_orders as (
        partition by buyer_key, is_counted, ordered_at is not null
        order by ordered_at asc, {{ ecommerce_text_order('id_transaction') }} asc
    )

),

described as (

    select
        with_buyer_order_number.*,
        buyer_order_number = 1 as is_first_order,
        case when buyer_order_number is not null then first_ordered_on end
            as buyer_first_ordered_on,
        case when buyer_order_number is not null then first_id_shop end as buyer_first_id_shop

    from with_buyer_order_number

)

{{ ecommerce_typed_rows('described') }}

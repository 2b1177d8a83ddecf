with

transactions as (

    select *
    from {{ ecommerce_lower_names(
        ref('shopapp_ecommerce', 'ECommerce_Transaction'), 'ECommerce_Transaction',
        columns=[
            'idTransaction', 'OrderName', 'idShop', 'dtTransaction', 'dtCancelled', 'dtDeleted',
            'isTest', 'idContact', 'contactMatchStatus', 'guestKey', 'financialStatus',
            'fulfillmentStatus', 'exchangeRateStatus', 'Currency', 'Revenue', 'Discount',
            'Refund', 'Shipping', 'Tax', 'Adjustment', 'Total', 'originalRevenue',
            'originalDiscount', 'originalRefund', 'originalTotal', 'originalCurrency',
        ]
    ) }} as transactions

),

attributed as (

    select * from {{ ref('shopapp_ecommerce', 'int_ecommerce__transactions_attributed') }}

),

shops as (

    select * from {{ ref('shopapp_ecommerce', 'stg_ecommerce__shops') }}

),

statuses as (

    select * from {{ ref('shopapp_ecommerce', 'int_ecommerce__statuses') }}
    where application = 'any'

),

item_sums as (

    {%- if ecommerce_is_on('items') %}
    select
        id_transaction,
        {{ ecommerce_line_metrics() }}

    from {{ ref('shopapp_ecommerce', 'int_ecommerce__lines_sold') }}
    group by id_transaction
    {%- else %}
    select
        cast(null as {{ ecommerce_type('text') }}) as id_transaction
    {%- for measure, type in ecommerce_line_sum_types().items() %},
        cast(null as {{ ecommerce_type(type) }}) as {{ measure }}
    {%- endfor %}

    where 1 = 0
    {%- endif %}

),

with_attributes as (

    select
        transactions.id_transaction,
        transactions.order_name,
        transactions.id_shop,
        transactions.dt_transaction as ordered_at,
        {{ ecommerce_day('transactions.dt_transaction', 'shops.time_zone') }} as ordered_on,
        transactions.id_contact,
        transactions.contact_match_status,
        case
            when transactions.id_contact is not null
                then 'contact|' || cast(transactions.id_contact as {{ ecommerce_type('text') }})
            when transactions.guest_key <> {{ ecommerce_order_guest_key(
                'transactions.id_shop',
                ecommerce_record_id('transactions.id_shop', 'transactions.id_transaction')
            ) }} then 'guest|' || transactions.guest_key
        end as buyer_key,
        not transactions.is_test and transactions.dt_deleted is null as is_counted,
        transactions.dt_cancelled is not null as is_cancelled,
        coalesce(statuses.is_paid, false) as is_paid,
        transactions.financial_status,
        transactions.fulfillment_status,
        transactions.exchange_rate_status,
        attributed.attribution_method,
        attributed.campaign_key,
        attributed.campaign_name,
        attributed.campaign_channel,
        attributed.campaign_source,
        attributed.id_batch,
        attributed.id_send_log,
        attributed.touched_at,
        item_sums.unit_count,
        item_sums.sold_unit_count,
        item_sums.returned_unit_count,
        item_sums.projected_revenue_amount as line_projected_amount,
        transactions.currency,
    {%- for name, column in {
        'gross': 'revenue', 'discount': 'discount', 'refund': 'refund', 'shipping': 'shipping',
        'tax': 'tax', 'adjustment': 'adjustment', 'total': 'total',
    }.items() %}
        case
            when transactions.exchange_rate_status not in ('missing_rate', 'unknown_currency')
                then coalesce(transactions.{{ column }}, {{ ecommerce_zero('money') }})
        end as {{ name }}_amount,
    {%- endfor %}
    {%- for name, column in {
        'gross': 'revenue', 'discount': 'discount', 'refund': 'refund', 'total': 'total',
    }.items() %}
        coalesce(transactions.original_{{ column }}, {{ ecommerce_zero('amount') }})
            as original_{{ name }}_amount,
    {%- endfor %}
        transactions.original_currency

    from transactions
    inner join attributed
        on transactions.id_transaction = attributed.id_transaction
    left join shops
        on transactions.id_shop = shops.shop_id
    left join statuses
        on transactions.financial_status = statuses.status_key
    left join item_sums
        on transactions.id_transaction = item_sums.id_transaction

),

-- Projected revenue of the lines; for orders without lines, projected revenue of the order.
with_projected_amount as (

    select
        with_attributes.*,
        is_counted and not is_cancelled and ordered_at is not null as is_standing,
        case
            when gross_amount is null then null
            when is_cancelled then {{ ecommerce_zero('sum') }}
            else coalesce(line_projected_amount, gross_amount - discount_amount)
        end as projected_revenue_amount

    from with_attributes

),

with_buyer_order_number as (

    select
        with_projected_amount.*,
        case
            when is_standing and buyer_key is not null then row_number() over (
                partition by buyer_key, is_standing
                order by ordered_at asc, {{ ecommerce_text_order('id_transaction') }} asc
            )
        end as buyer_order_number

    from with_projected_amount

),

described as (

    select
        with_buyer_order_number.*,
        buyer_order_number = 1 as is_first_order,
        gross_amount - discount_amount - refund_amount as net_amount,
        case
            when gross_amount is null then null
            when is_paid then projected_revenue_amount
            else {{ ecommerce_zero('sum') }}
        end as realised_revenue_amount,
        original_gross_amount - original_discount_amount - original_refund_amount
            as original_net_amount

    from with_buyer_order_number

)

{{ ecommerce_typed_rows('described') }}

-- Marts of orders whose rows have no original currency. Each row equals the sums of its orders in
-- the table, and every order is in exactly one row. So a mart sums to the table, also per
-- original currency. row_count is 0 for orders without a row, and 1 for a row with other sums.
{%- set columns = {
    'gross_amount': 'revenue', 'discount_amount': 'discount', 'refund_amount': 'refund',
    'shipping_amount': 'shipping', 'tax_amount': 'tax', 'adjustment_amount': 'adjustment',
    'total_amount': 'total',
} %}
{%- set amounts = columns.keys() | list + ['net_amount'] %}
{%- set marts = {
    'ecommerce_campaign_performance': {
        'keys': ['campaign_key'],
        'orders': 'orders',
        'amounts': amounts,
    },
    'ecommerce_campaign_sales_daily': {
        'keys': ['id_shop', 'ordered_on', 'campaign_key'],
        'orders': 'orders',
        'amounts': amounts,
    },
    'ecommerce_contact_summary': {
        'keys': ['id_contact'],
        'orders': 'orders where id_contact is not null',
        'amounts': amounts,
    },
    'ecommerce_cohorts': {
        'keys': ['id_shop', 'cohort_month', 'activity_month'],
        'orders': 'cohort_orders',
        'amounts': ['gross_amount', 'net_amount'],
    },
} %}
with

-- An order's keys are in ecommerce_transactions_enriched, its amounts in ECommerce_Transaction.
described as (

    select
        id_transaction,
        ordered_on,
        campaign_key,
        buyer_key,
        buyer_order_number,
        cast({{ dbt.date_trunc('month', 'ordered_on') }} as date) as activity_month

    from {{ ref('shopapp_ecommerce', 'ecommerce_transactions_enriched') }}

),

orders as (

    select
        transactions.id_shop,
        transactions.id_contact,
        described.ordered_on,
        described.activity_month,
        described.campaign_key,
        described.buyer_key,
        described.buyer_order_number,
        (
            transactions.dt_cancelled is null
            and transactions.dt_transaction is not null
            and (
                transactions.id_contact is not null
                or transactions.guest_key <> {{ ecommerce_order_guest_key(
                    'transactions.id_shop',
                    ecommerce_record_id('transactions.id_shop', 'transactions.id_transaction')
                ) }}
            )
        ) as is_of_buyer
    {%- for name, column in columns.items() %},
        coalesce(transactions.{{ column }}, {{ ecommerce_zero('money') }}) as {{ name }}
    {%- endfor %},
        coalesce(transactions.revenue, {{ ecommerce_zero('money') }})
        - coalesce(transactions.discount, {{ ecommerce_zero('money') }})
        - coalesce(transactions.refund, {{ ecommerce_zero('money') }}) as net_amount

    from {{ ecommerce_lower_names(
        ref('shopapp_ecommerce', 'ECommerce_Transaction'), 'ECommerce_Transaction'
    ) }} as transactions
    left join described
        on transactions.id_transaction = described.id_transaction
    where
        not transactions.is_test
        and transactions.dt_deleted is null

),

cohorts as (

    select
        buyer_key,
        id_shop,
        activity_month as cohort_month

    from orders
    where buyer_order_number = 1

),

cohort_orders as (

    select
        cohorts.id_shop,
        cohorts.cohort_month,
        orders.activity_month,
        orders.gross_amount,
        orders.net_amount

    from orders
    left join cohorts
        on orders.buyer_key = cohorts.buyer_key
    where orders.is_of_buyer

)

{%- for mart, its in marts.items() %},

{{ mart }}_compared as (

    select
        {{ its['keys'] | join(', ') }},
        0 as row_count,
        1 as order_count,
        {{ its['amounts'] | join(', ') }}

    from {{ its['orders'] }}
    union all
    select
        {{ its['keys'] | join(', ') }},
        1,
        -order_count,
        -{{ its['amounts'] | join(', -') }}

    from {{ ref('shopapp_ecommerce', mart) }}

)
{%- endfor %}
{% for mart, its in marts.items() %}
select
    '{{ mart }}' as mart,
    concat_ws('|', {{ its['keys'] | join(', ') }}) as whose,
    sum(row_count) as row_count

from {{ mart }}_compared
group by {{ its['keys'] | join(', ') }}
having
    sum(row_count) <> 1
    or sum(order_count) <> 0
    {%- for amount in its['amounts'] %}
    or sum({{ amount }}) <> 0
    {%- endfor %}
{{ 'union all' if not loop.last }}
{%- endfor %}

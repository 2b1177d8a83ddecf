with

transactions as (

    select * from {{ ref('shopapp_ecommerce', 'int_ecommerce__transactions_complete') }}

),

shops as (

    select * from {{ ref('shopapp_ecommerce', 'stg_ecommerce__shops') }}

),

statuses as (

    select * from {{ ref('shopapp_ecommerce', 'int_ecommerce__statuses') }}

),

report_rules as (

    select * from {{ ref('shopapp_ecommerce', 'int_ecommerce__report_rules') }}

),

-- The shop's own word and application first, then the word and rules that all applications share.
with_rules as (

    select
        transactions.*,
        shops.time_zone,
        coalesce(transactions.processed_at, transactions.created_at) as ordered_at,
        coalesce(transactions.is_test, false) or transactions.gone_at is not null as is_left_out,
        coalesce(own_status.counts_as, shared_status.counts_as, 'sale') = 'sale' as is_sale,
        coalesce(own_status.is_open, shared_status.is_open, false) as awaits_payment,
        coalesce(own_status.is_paid, shared_status.is_paid, false) as is_paid,
        coalesce(own_rules.sale_day, shared_rules.sale_day) as sale_day,
        coalesce(own_rules.cancelled_as, shared_rules.cancelled_as) as cancelled_as,
        coalesce(own_rules.fees_in_net, shared_rules.fees_in_net, false) as fees_in_net,
        transactions.cancelled_at is not null
        and coalesce(own_rules.cancelled_as, shared_rules.cancelled_as) = 'void' as is_void

    from transactions
    left join shops
        on transactions.shop_id = shops.shop_id
    left join statuses as own_status
        on shops.application = own_status.application
        and {{ ecommerce_status_key('transactions.financial_status_raw') }} = own_status.status_key
    left join statuses as shared_status
        on shared_status.application = 'any'
        and transactions.financial_status = shared_status.status_key
    left join report_rules as own_rules
        on shops.application = own_rules.application
    left join report_rules as shared_rules
        on shared_rules.application = 'any'

),

counted as (

    select
        with_rules.*,
        case when sale_day = 'paid' then coalesce(paid_at, ordered_at) else ordered_at end
            as sold_at,
        case when cancelled_as = 'return' then cancelled_at end as taken_back_at,
        -- A status that is no sale while it awaits the payment is a sale once it is paid.
        not is_left_out
        and not is_void
        and (is_sale or (awaits_payment and paid_at is not null)) as is_counted,
        not is_left_out
        and awaits_payment
        and (is_sale or paid_at is null)
        and cancelled_at is null as is_open

    from with_rules

)

select * from counted

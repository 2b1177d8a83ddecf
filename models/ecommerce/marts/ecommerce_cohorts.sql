with

orders as (

    select
        ecommerce_transactions_enriched.*,
        cast(date_trunc('month', ordered_on) as date) as ordered_month

    from (select * from {{ ref('shopapp_ecommerce', 'ecommerce_transactions_enriched') }})
        as ecommerce_transactions_enriched
    where buyer_order_number is not null

),

buyers as (

    select
        buyer_key,
        id_shop,
        ordered_month as cohort_month

    from orders
    where is_first_order

),

cohorts as (

    select
        id_shop,
        cohort_month,
        count(*) as cohort_buyer_count

    from buyers
    group by id_shop, cohort_month

),

activity as (

    select
        buyers.id_shop,
        buyers.cohort_month,
        orders.ordered_month as activity_month,
        count(distinct orders.buyer_key) as active_buyer_count,
        count(*) as order_count,
        sum(orders.gross_amount) as gross_amount,
        sum(orders.net_amount) as net_amount

    from orders
    inner join buyers
        on orders.buyer_key = buyers.buyer_key
    group by 1, 2, 3

),

-- Every cohort has every month from its first to the last with an order anywhere, but of those that
-- are not yet only the ones with orders of its own.
months as (

    select
        cohorts.*,
        cast(listed.activity_month as date) as activity_month

    from cohorts
    cross join lateral generate_series(
        cast(cohorts.cohort_month as timestamp),
        (
            select least(max(cast(orders.ordered_month as timestamp)), {{ ecommerce_latest_day() }})
            from orders
        ),
        interval '1 month'
    ) as listed (activity_month)
    union
    select
        cohorts.*,
        activity.activity_month

    from cohorts
    inner join activity
        on cohorts.id_shop = activity.id_shop
        and cohorts.cohort_month = activity.cohort_month

),

filled as (

    select
        months.id_shop,
        months.cohort_month,
        cast(
            12 * (
                extract(year from months.activity_month) - extract(year from months.cohort_month)
            )
            + extract(month from months.activity_month)
            - extract(month from months.cohort_month) as int
        ) as month_number,
        months.activity_month,
        months.cohort_buyer_count,
        coalesce(activity.active_buyer_count, 0) as active_buyer_count,
        coalesce(activity.order_count, 0) as order_count,
        {{ ecommerce_currency() }} as currency,
        coalesce(activity.gross_amount, 0) as gross_amount,
        coalesce(activity.net_amount, 0) as net_amount

    from months
    left join activity
        on months.id_shop = activity.id_shop
        and months.cohort_month = activity.cohort_month
        and months.activity_month = activity.activity_month

),

accumulated as (

    select
        filled.*,
        {{ ecommerce_ratio('active_buyer_count', 'cohort_buyer_count') }} as retention_rate,
        sum(net_amount) over (
            partition by id_shop, cohort_month
            order by month_number
        ) as cumulative_net_amount

    from filled

)

select
    accumulated.*,
    round(cumulative_net_amount / cohort_buyer_count, 4) as value_per_buyer_amount

from accumulated

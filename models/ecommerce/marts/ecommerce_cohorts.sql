{{ config(
    materialized='ecommerce_maintained',
    unique_key=['id_shop', 'cohort_month', 'activity_month'],
) }}

with

activity as (

    select * from {{ ref('shopapp_ecommerce', 'int_ecommerce__cohort_activity') }}

),

first_days as (

    select day as first_day
    from {{ ref('shopapp_ecommerce', 'int_ecommerce__days') }}
    where extract(day from day) = 1

),

-- All buyers of a cohort order in its first month.
cohorts as (

    select
        id_shop,
        cohort_month,
        active_buyer_count as cohort_buyer_count

    from activity
    where cohort_month = activity_month

),

last_months as (

    select max(activity_month) as last_month
    from activity

),

-- Each cohort has every month from its first month to the last month with any order. Months in the
-- future are included only if the cohort has orders in them.
cohort_months as (

    select
        cohorts.*,
        first_days.first_day as activity_month

    from cohorts
    cross join last_months
    inner join first_days
        on cohorts.cohort_month <= first_days.first_day
        and last_months.last_month >= first_days.first_day
    where first_days.first_day <= {{ ecommerce_latest_day() }}
    union
    select
        cohorts.*,
        activity.activity_month

    from cohorts
    inner join activity
        on cohorts.id_shop = activity.id_shop
        and cohorts.cohort_month = activity.cohort_month

),

with_activity as (

    select
        cohort_months.id_shop,
        cohort_months.cohort_month,
        cast(
            12 * (
                extract(year from cohort_months.activity_month)
                - extract(year from cohort_months.cohort_month)
            )
            + extract(month from cohort_months.activity_month)
            - extract(month from cohort_months.cohort_month) as {{ ecommerce_type('int') }}
        ) as month_number,
        cohort_months.activity_month,
        cohort_months.cohort_buyer_count,
        coalesce(activity.active_buyer_count, 0) as active_buyer_count,
        coalesce(activity.order_count, 0) as order_count,
        {{ ecommerce_currency() }} as currency,
        coalesce(activity.gross_amount, {{ ecommerce_zero('sum') }}) as gross_amount,
        coalesce(activity.net_amount, {{ ecommerce_zero('sum') }}) as net_amount

    from cohort_months
    left join activity
        on cohort_months.id_shop = activity.id_shop
        and cohort_months.cohort_month = activity.cohort_month
        and cohort_months.activity_month = activity.activity_month

),

with_cumulative_amount as (

    select
        with_activity.*,
        sum(net_amount) over (
            partition by id_shop, cohort_month
            order by month_number
        ) as cumulative_net_amount

    from with_activity

),

with_ratios as (

    select
        with_cumulative_amount.*,
        {{ ecommerce_quotient('active_buyer_count', 'cohort_buyer_count', 6) }} as retention_rate,
        {{ ecommerce_quotient('cumulative_net_amount', 'cohort_buyer_count', 4) }}
            as value_per_buyer_amount

    from with_cumulative_amount

)

{{ ecommerce_typed_rows('with_ratios') }}

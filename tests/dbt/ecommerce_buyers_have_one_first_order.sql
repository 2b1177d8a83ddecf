-- Each buyer has one first order and is in one cohort. All other orders with a buyer are repeat
-- orders.
{%- if not ecommerce_is_whole_test() %}
select 1 where 1 = 0
{%- else %}
with

numbered as (

    select
        count(*) as order_count,
        count(distinct buyer_key) as buyer_count

    from {{ ref('shopapp_ecommerce', 'ecommerce_transactions_enriched') }}
    where buyer_order_number is not null

),

cohort_sums as (

    select coalesce(sum(cohort_buyer_count) filter (where month_number = 0), 0) as buyer_count
    from {{ ref('shopapp_ecommerce', 'ecommerce_cohorts') }}

),

daily_sums as (

    select
        coalesce(sum(first_order_count), 0) as first_order_count,
        coalesce(sum(repeat_order_count), 0) as repeat_order_count

    from {{ ref('shopapp_ecommerce', 'ecommerce_sales_daily') }}

)

select
    numbered.*,
    cohort_sums.buyer_count as cohort_buyer_count,
    daily_sums.first_order_count,
    daily_sums.repeat_order_count

from numbered
cross join cohort_sums
cross join daily_sums
where
    cohort_sums.buyer_count <> numbered.buyer_count
    or daily_sums.first_order_count <> numbered.buyer_count
    or daily_sums.first_order_count + daily_sums.repeat_order_count <> numbered.order_count
{%- endif %}

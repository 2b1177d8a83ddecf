-- What contacts bought sums to the counted orders that have a contact; what cohorts bought to the
-- orders that have a place among their buyer's; and each buyer has one first order, in one cohort.
with

table_sums as (

    select
        count(*) as order_count,
        coalesce(sum("Revenue"), 0) as gross_amount,
        coalesce(sum("Refund"), 0) as refund_amount

    from {{ ref('ECommerce_Transaction') }}
    where
        not "isTest"
        and "dtDeleted" is null
        and "idContact" is not null

),

contact_sums as (

    select
        coalesce(sum(order_count), 0) as order_count,
        coalesce(sum(gross_amount), 0) as gross_amount,
        coalesce(sum(refund_amount), 0) as refund_amount

    from {{ ref('ecommerce_contact_summary') }}

),

numbered as (

    select
        count(*) as order_count,
        coalesce(sum(gross_amount), 0) as gross_amount,
        coalesce(sum(net_amount), 0) as net_amount,
        count(distinct buyer_key) as buyer_count

    from {{ ref('ecommerce_transactions_enriched') }}
    where buyer_order_number is not null

),

cohort_sums as (

    select
        coalesce(sum(order_count), 0) as order_count,
        coalesce(sum(gross_amount), 0) as gross_amount,
        coalesce(sum(net_amount), 0) as net_amount,
        coalesce(sum(cohort_buyer_count) filter (where month_number = 0), 0) as buyer_count

    from {{ ref('ecommerce_cohorts') }}

),

daily_sums as (

    select
        coalesce(sum(first_order_count), 0) as first_order_count,
        coalesce(sum(repeat_order_count), 0) as repeat_order_count

    from {{ ref('ecommerce_sales_daily') }}

)

select 'ecommerce_contact_summary' as mart
from table_sums
cross join contact_sums
where row(table_sums.*) is distinct from row(contact_sums.*)
union all
select 'ecommerce_cohorts'
from numbered
cross join cohort_sums
where row(numbered.*) is distinct from row(cohort_sums.*)
union all
select 'ecommerce_sales_daily'
from numbered
cross join daily_sums
where
    daily_sums.first_order_count <> numbered.buyer_count
    or daily_sums.first_order_count + daily_sums.repeat_order_count <> numbered.order_count

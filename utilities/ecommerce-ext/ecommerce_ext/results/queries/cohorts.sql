-- One row per shop, cohort and number of months since, without future months.
select
    id_shop as shop,
    cohort_month as day,
    month_number,
    cohort_buyer_count,
    active_buyer_count,
    net_amount
from ecommerce_cohorts
where
    cohort_month <= %(last)s
    and activity_month <= %(last)s
order by 1, 2, 3

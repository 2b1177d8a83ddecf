-- One row per shop, cohort and month since.
select
    id_shop as shop,
    cohort_month as day,
    month_number,
    cohort_buyer_count,
    active_buyer_count,
    net_amount
from ecommerce_cohorts
order by 1, 2, 3

-- From which day to which the page tells, one day where there is no order yet; of how many shops.
select
    coalesce(min(ordered_on), current_date) as first_on,
    coalesce(max(ordered_on), current_date) as last_on,
    count(distinct id_shop) as shop_count
from ecommerce_sales_daily

-- From which day to which the page tells, one day where there is no order yet; of how many shops.
-- What is of a later day than it is now, where days begin first, is of no day.
select
    coalesce(min(ordered_on) filter (where is_past), current_date) as first_on,
    coalesce(max(ordered_on) filter (where is_past), current_date) as last_on,
    count(distinct id_shop) as shop_count
from ecommerce_sales_daily
cross join lateral (
    select ordered_on <= cast(now() at time zone 'Etc/GMT-14' as date)
) as days (is_past)

-- One row: the first and last day of the page (one day if there is no order), and the number of
-- shops. A row is without a day if its day has not begun in any time zone.
select
    coalesce(min(reported_on) filter (where is_past), current_date) as first_on,
    coalesce(max(reported_on) filter (where is_past), current_date) as last_on,
    count(distinct id_shop) as shop_count
from ecommerce_sales_daily
cross join lateral (
    select reported_on <= cast(now() at time zone 'Etc/GMT-14' as date)
) as days (is_past)

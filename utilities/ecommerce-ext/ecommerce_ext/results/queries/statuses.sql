-- One row per shop, day (before days_from: month), contact match status and rate status.
select
    id_shop as shop,
    case
        when ordered_on > %(last)s then null
        when ordered_on < %(days_from)s then cast(date_trunc('month', ordered_on) as date)
        else ordered_on
    end as day,
    contact_match_status,
    exchange_rate_status,
    count(*) as order_count
from ecommerce_transactions_enriched
where is_counted
group by 1, 2, 3, 4
order by 1, 2, 3, 4

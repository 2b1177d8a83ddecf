-- One row per shop, day of the last order (before days_from: month) and segment.
select
    id_shop as shop,
    case
        when last_ordered_on > %(last)s then null
        when last_ordered_on < %(days_from)s
            then cast(date_trunc('month', last_ordered_on) as date)
        else last_ordered_on
    end as day,
    rfm_segment as segment,
    count(*) as contact_count,
    sum(net_amount) as net_amount
from ecommerce_contact_summary
where rfm_segment is not null
group by 1, 2, 3
order by 1, 2, 3

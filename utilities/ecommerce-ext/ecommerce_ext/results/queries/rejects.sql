-- One row per shop with rejected records.
select
    shop_id as shop,
    count(*) as reject_count
from ecommerce_rejects
group by 1
order by 1

-- One row per shop: the first day with an order or sale.
select
    id_shop as shop,
    min(reported_on) as first_on
from ecommerce_sales_daily
where
    reported_on is not null
    and (order_count > 0 or gross_amount <> 0 or original_gross_amount <> 0)
group by 1

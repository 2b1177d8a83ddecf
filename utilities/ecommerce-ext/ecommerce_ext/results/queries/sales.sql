-- One row per shop, day (before days_from: month) and currency: sales and returns of the day, and
-- the orders that were placed on it.
select
    id_shop as shop,
    case
        when reported_on > %(last)s then null
        when reported_on < %(days_from)s then cast(date_trunc('month', reported_on) as date)
        else reported_on
    end as day,
    original_currency,
    sum(order_count) as order_count,
    sum(unconverted_order_count) as unconverted_order_count,
    sum(cancelled_order_count) as cancelled_order_count,
    sum(first_order_count) as first_order_count,
    sum(repeat_order_count) as repeat_order_count,
    sum(open_order_count) as open_order_count,
    coalesce(sum(sold_unit_count), 0) as sold_unit_count,
    coalesce(sum(returned_unit_count), 0) as returned_unit_count,
    sum(gross_amount) as gross_amount,
    sum(discount_amount) as discount_amount,
    sum(return_amount) as return_amount,
    sum(rounding_amount) as rounding_amount,
    sum(fee_amount) as fee_amount,
    sum(net_amount) as net_amount,
    sum(shipping_amount) as shipping_amount,
    sum(tax_amount) as tax_amount,
    sum(duty_amount) as duty_amount,
    sum(tip_amount) as tip_amount,
    sum(total_amount) as total_amount,
    sum(gift_card_amount) as gift_card_amount,
    sum(open_amount) as open_amount,
    sum(projected_revenue_amount) as projected_revenue_amount,
    sum(realised_revenue_amount) as realised_revenue_amount,
    coalesce(sum(original_gross_amount), 0) as original_gross_amount,
    coalesce(sum(original_net_amount), 0) as original_net_amount
from ecommerce_sales_daily
group by 1, 2, 3
order by 1, 2, 3

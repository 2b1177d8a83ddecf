-- The converted amounts of an order sum to its total within three minor units, because six
-- amounts are rounded separately. Orders whose amounts do not add up before conversion are
-- ignored.
select id_transaction
from {{ ecommerce_touched_rows(ecommerce_lower_names(
    ref('shopapp_ecommerce', 'ECommerce_Transaction'), 'ECommerce_Transaction'
), 'order', ['id_transaction']) }} as transactions
where
    original_revenue - original_discount + original_shipping + original_tax + original_adjustment
    = original_total
    and exchange_rate_status <> 'shop'
    and abs(revenue - discount + shipping + tax + adjustment - total)
    > 3 * {{ ecommerce_power_of_ten(-ecommerce_exponent()) }}

-- Every table has one reporting currency.
select currency
from {{ ecommerce_lower_names(
    ref('shopapp_ecommerce', 'ECommerce_Transaction'), 'ECommerce_Transaction'
) }} as transactions
where currency <> {{ ecommerce_currency() }}

-- Every table has one reporting currency.
select currency
from {{ ecommerce_touched_rows(ecommerce_lower_names(
    ref('shopapp_ecommerce', 'ECommerce_Transaction'), 'ECommerce_Transaction'
), 'order', ['id_transaction']) }} as transactions
where currency <> {{ ecommerce_currency() }}

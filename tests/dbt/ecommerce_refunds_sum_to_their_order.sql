-- The refunds of an order are in its original currency and sum exactly to its Refund. Orders
-- whose refunds do not add up in the shop's own amounts are ignored.
select transactions.id_transaction
from {{ ecommerce_touched_rows(ecommerce_lower_names(
    ref('shopapp_ecommerce', 'ECommerce_Transaction'), 'ECommerce_Transaction'
), 'order', ['id_transaction']) }} as transactions
inner join {{ ecommerce_touched_rows(
    ref('shopapp_ecommerce', 'ecommerce_refunds'), 'order', ['id_transaction']
) }} as refunds
    on transactions.id_transaction = refunds.id_transaction
group by transactions.id_transaction
having
    (
        sum(refunds.original_amount) = max(transactions.original_refund)
        and sum(refunds.amount) is distinct from max(transactions.refund)
    )
    or {{ dbt.bool_or(
        'refunds.original_currency is distinct from transactions.original_currency'
    ) }}

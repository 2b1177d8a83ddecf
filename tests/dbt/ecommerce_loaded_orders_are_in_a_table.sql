-- Every loaded order is in ECommerce_Transaction or in ecommerce_rejects, except orders whose
-- lines are not completely loaded. The check order_incomplete counts these.
select complete.id_transaction
from {{ ecommerce_touched_orders('int_ecommerce__transactions_complete') }} as complete
left join {{ ecommerce_touched_rows(ecommerce_lower_names(
    ref('shopapp_ecommerce', 'ECommerce_Transaction'), 'ECommerce_Transaction'
), 'order', ['id_transaction']) }} as transactions
    on complete.id_transaction = transactions.id_transaction
left join (select * from {{ ref('shopapp_ecommerce', 'ecommerce_rejects') }}) as rejects
    on complete.shop_id = rejects.shop_id
    and complete.transaction_id = rejects.transaction_id
where (transactions.id_transaction is null) = (rejects.reject_id is null)

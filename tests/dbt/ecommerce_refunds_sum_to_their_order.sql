-- The refunds of an order are in its original currency and sum exactly to its Refund. Orders
-- whose refunds do not add up in the shop's own amounts are ignored.
select transactions."idTransaction"
from (select * from {{ ref('shopapp_ecommerce', 'ECommerce_Transaction') }}) as transactions
inner join (select * from {{ ref('shopapp_ecommerce', 'ecommerce_refunds') }}) as refunds
    on transactions."idTransaction" = refunds.id_transaction
group by transactions."idTransaction"
having
    (
        sum(refunds.original_amount) = max(transactions."originalRefund")
        and sum(refunds.amount) is distinct from max(transactions."Refund")
    )
    or bool_or(refunds.original_currency is distinct from transactions."originalCurrency")

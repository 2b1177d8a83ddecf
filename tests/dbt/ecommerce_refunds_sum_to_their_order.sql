-- Refunds have the original currency of their order. They sum to its Refund to the last minor unit,
-- if the shop's original amounts do.
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

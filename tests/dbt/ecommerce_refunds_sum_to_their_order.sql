-- The refunds of an order sum to its Refund to the last minor unit, wherever they do in the shop's
-- own figures.
select transactions."idTransaction"
from {{ ref('ECommerce_Transaction') }} as transactions
inner join {{ ref('ecommerce_refunds') }} as refunds
    on transactions."idTransaction" = refunds.id_transaction
group by transactions."idTransaction"
having
    sum(refunds.original_amount) = max(transactions."originalRefund")
    and sum(refunds.amount) is distinct from max(transactions."Refund")

-- Two reporting currencies never share a table.
select "Currency"
from {{ ref('shopapp_ecommerce', 'ECommerce_Transaction') }}
where "Currency" <> {{ ecommerce_currency() }}

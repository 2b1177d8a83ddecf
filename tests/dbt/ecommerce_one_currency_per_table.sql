-- Every table has one reporting currency.
select "Currency"
from {{ ref('shopapp_ecommerce', 'ECommerce_Transaction') }}
where "Currency" <> {{ ecommerce_currency() }}

-- Each table has a single reporting currency.
select "Currency"
from {{ ref('shopapp_ecommerce', 'ECommerce_Transaction') }}
where "Currency" <> {{ ecommerce_currency() }}

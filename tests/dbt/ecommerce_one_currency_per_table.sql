-- Two reporting currencies never share a table.
select "Currency"
from {{ ref('ECommerce_Transaction') }}
where "Currency" <> {{ ecommerce_currency() }}

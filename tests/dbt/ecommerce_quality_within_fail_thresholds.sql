-- No check exceeds its threshold fail_above.
select *
from {{ ref('shopapp_ecommerce', 'ecommerce_data_quality') }}
where outcome = 'fail'

-- Checks that more rows break than their thresholds allow at all.
select *
from {{ ref('shopapp_ecommerce', 'ecommerce_data_quality') }}
where outcome = 'fail'

-- No check exceeds its threshold warn_above.
{{ config(severity='warn') }}

select *
from {{ ref('shopapp_ecommerce', 'ecommerce_data_quality') }}
where outcome = 'warn'

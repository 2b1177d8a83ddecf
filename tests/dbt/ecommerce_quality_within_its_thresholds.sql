-- Checks whose share of failing rows is above warn_above but not above fail_above.
{{ config(severity='warn') }}

select *
from {{ ref('shopapp_ecommerce', 'ecommerce_data_quality') }}
where outcome = 'warn'

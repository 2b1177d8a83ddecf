-- Checks that more rows break than their thresholds allow to pass without a word.
{{ config(severity='warn') }}

select *
from {{ ref('shopapp_ecommerce', 'ecommerce_data_quality') }}
where outcome = 'warn'

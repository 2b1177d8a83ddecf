select
    name,
    {{ ecommerce_json_row({'tags': ('record', 'json')}) }} as json_row

from {{ ref('shopapp_ecommerce', 'json_cases') }}

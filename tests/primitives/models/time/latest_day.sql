select
    name,
    {{ ecommerce_latest_day() }} as latest_day

from {{ ref('shopapp_ecommerce', 'day_cases') }}

select
    name,
    {{ ecommerce_days('first_day', 'last_day') }} as day

from {{ ref('shopapp_ecommerce', 'days_cases') }}

select
    name,
    {{ ecommerce_day('moment', 'time_zone') }} as day

from {{ ref('shopapp_ecommerce', 'day_cases') }}

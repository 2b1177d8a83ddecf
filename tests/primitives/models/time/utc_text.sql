select
    name,
    {{ ecommerce_utc_text('moment') }} as utc_text

from {{ ref('shopapp_ecommerce', 'day_cases') }}

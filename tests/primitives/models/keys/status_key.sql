select
    name,
    {{ ecommerce_status_key('value') }} as status_key

from {{ ref('shopapp_ecommerce', 'text_cases') }}

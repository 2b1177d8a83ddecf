select
    name,
    {{ ecommerce_email_key('value') }} as email_key

from {{ ref('shopapp_ecommerce', 'text_cases') }}

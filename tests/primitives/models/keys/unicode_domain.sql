select
    name,
    {{ ecommerce_unicode_domain('value') }} as unicode_domain

from {{ ref('shopapp_ecommerce', 'text_cases') }}

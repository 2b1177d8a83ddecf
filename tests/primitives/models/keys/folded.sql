select
    name,
    {{ ecommerce_folded('value') }} as folded

from {{ ref('shopapp_ecommerce', 'text_cases') }}

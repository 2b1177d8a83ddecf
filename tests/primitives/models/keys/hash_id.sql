select
    name,
    {{ ecommerce_hash_id('value') }} as hash_id

from {{ ref('shopapp_ecommerce', 'text_cases') }}

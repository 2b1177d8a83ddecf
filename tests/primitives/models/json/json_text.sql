select
    name,
    {{ ecommerce_json_text('value') }} as json_text

from {{ ref('shopapp_ecommerce', 'text_cases') }}

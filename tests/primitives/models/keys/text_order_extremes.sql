select
    min({{ ecommerce_text_order('value') }}) as least,
    max({{ ecommerce_text_order('value') }}) as greatest

from {{ ref('shopapp_ecommerce', 'text_cases') }}

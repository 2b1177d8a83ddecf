select
    name,
    {{ exact(ecommerce_cast('value', 'text', 'decimal')) }} as as_decimal,
    {{ ecommerce_decimal_text(ecommerce_cast('value', 'text', 'rate'), 12) }} as as_rate_text

from {{ ref('shopapp_ecommerce', 'text_cases') }}

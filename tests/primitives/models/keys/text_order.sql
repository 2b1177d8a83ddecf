select
    name,
    value,
    row_number() over (order by {{ ecommerce_text_order('value') }}) as place

from {{ ref('shopapp_ecommerce', 'text_cases') }}

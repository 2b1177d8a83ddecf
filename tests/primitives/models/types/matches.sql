select
    name,
    {{ ecommerce_matches('value', '[.][0-9]{3}') }} as has_three_decimals,
    {{ ecommerce_matches('value', '^[0-9]+[.]') }} as begins_with_a_number,
    {{ ecommerce_matches('value', '[0-9]$') }} as ends_with_a_digit

from {{ ref('shopapp_ecommerce', 'text_cases') }}

select
    name,
    {{ ecommerce_json_element('value', 1) }} as json_element

from {{ ref('shopapp_ecommerce', 'text_cases') }}

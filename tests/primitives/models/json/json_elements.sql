with cases as (select * from {{ ref('shopapp_ecommerce', 'json_cases') }})

select
    cases.name,
    elements.element,
    elements.element_position

from cases
{{ ecommerce_json_elements('cases.record', 'elements') }}

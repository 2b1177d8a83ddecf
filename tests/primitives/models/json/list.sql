with cases as (select * from {{ ref('shopapp_ecommerce', 'text_cases') }})

select
    cases.name,
    elements.element,
    {{ ecommerce_list_text(ecommerce_split('cases.value')) }} as list_text,
    {{ ecommerce_list_text(ecommerce_list_of('cases.value')) }} as list_of_text

from cases
{{ ecommerce_list_elements(ecommerce_split('cases.value'), 'elements') }}

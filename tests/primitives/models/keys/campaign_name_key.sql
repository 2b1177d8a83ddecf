select
    name,
    {{ ecommerce_campaign_name_key('value') }} as campaign_name_key

from {{ ref('shopapp_ecommerce', 'text_cases') }}

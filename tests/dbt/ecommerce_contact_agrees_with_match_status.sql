-- Matched orders have a contact and a matching rule. All other orders have neither, but have a
-- guest key, except orders of erased buyers.
select "idTransaction"
from {{ ref('shopapp_ecommerce', 'ECommerce_Transaction') }}
where
    ("idContact" is not null) <> ("contactMatchStatus" = 'matched')
    or ("contactMatchMethod" is not null) <> ("contactMatchStatus" = 'matched')
    or ("guestKey" is null) <> ("contactMatchStatus" in ('matched', 'erased'))

-- An order has a contact and a match method if and only if its status is matched. Other orders have
-- a guest key that identifies the buyer, unless the buyer was erased.
select "idTransaction"
from {{ ref('shopapp_ecommerce', 'ECommerce_Transaction') }}
where
    ("idContact" is not null) <> ("contactMatchStatus" = 'matched')
    or ("contactMatchMethod" is not null) <> ("contactMatchStatus" = 'matched')
    or ("guestKey" is null) <> ("contactMatchStatus" in ('matched', 'erased'))

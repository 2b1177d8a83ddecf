-- An order has a contact, and says by which rule, exactly where its status is matched; else it has
-- a guest key to count the buyer by, unless the buyer was erased.
select "idTransaction"
from {{ ref('shopapp_ecommerce', 'ECommerce_Transaction') }}
where
    ("idContact" is not null) <> ("contactMatchStatus" = 'matched')
    or ("contactMatchMethod" is not null) <> ("contactMatchStatus" = 'matched')
    or ("guestKey" is null) <> ("contactMatchStatus" in ('matched', 'erased'))

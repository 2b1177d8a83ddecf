-- Matched orders have a contact and a matching rule. All other orders have neither, but have a
-- guest key, except orders of erased buyers.
select id_transaction
from {{ ecommerce_touched_rows(ecommerce_lower_names(
    ref('shopapp_ecommerce', 'ECommerce_Transaction'), 'ECommerce_Transaction'
), 'order', ['id_transaction']) }} as transactions
where
    (id_contact is not null) <> (contact_match_status = 'matched')
    or (contact_match_method is not null) <> (contact_match_status = 'matched')
    or (guest_key is null) <> (contact_match_status in ('matched', 'erased'))

{#- Our own image of the contacts, which the four tables' keys point at. Never rebuilt: a contact
    that the user deletes stays, as a tombstone, and only here is it still known. -#}
{{ config(
    unique_key='id_contact',
    full_refresh=false,
    indexes=[
        {'columns': ['contact_key']}, {'columns': ['email_key']},
        {'columns': ['shop_id', 'customer_id']}, {'columns': ['changed_at']},
    ],
) }}

with

current_contacts as (

    select * from {{ ref('int_ecommerce__contacts_current') }}

),

{%- if is_incremental() %}

changed as (

    select
        coalesce(current_contacts.id_contact, existing.id_contact) as id_contact,
        current_contacts.contact_key,
        current_contacts.email_key,
        coalesce(current_contacts.shop_id, existing.shop_id) as shop_id,
        coalesce(current_contacts.customer_id, existing.customer_id) as customer_id,
        case
            when current_contacts.id_contact is null then now()
            else current_contacts.deleted_at
        end as deleted_at

    from current_contacts
    full outer join {{ this }} as existing
        on current_contacts.id_contact = existing.id_contact
    where
        (
            current_contacts.id_contact is not null
            and (
                current_contacts.contact_key, current_contacts.email_key,
                current_contacts.deleted_at
            ) is distinct from (
                existing.contact_key, existing.email_key, existing.deleted_at
            )
        )
        or existing.id_contact is null
        or (current_contacts.id_contact is null and existing.deleted_at is null)

),
{%- else %}

changed as (

    select * from current_contacts

),
{%- endif %}

stamped as (

    select
        changed.*,
        now() as changed_at

    from changed

)

select
    id_contact,
    contact_key,
    email_key,
    shop_id,
    customer_id,
    deleted_at,
    changed_at

from stamped

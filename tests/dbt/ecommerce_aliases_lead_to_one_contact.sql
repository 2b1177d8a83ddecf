{{ config(severity='warn') }}
{%- set aliases = ecommerce_setting('ecommerce_contact_aliases_relation') -%}
-- An alias is ignored if it leads in a circle, to several contacts or to no existing contact.
{%- if aliases %}
select
    aliases.alias_id,
    aliases.id_contact

from {{ aliases }} as aliases
left join (select * from {{ ref('shopapp_ecommerce', 'ecommerce_contacts') }}) as contacts
    on cast(aliases.alias_id as {{ ecommerce_type('id') }}) = contacts.id_contact
    and contacts.surviving_id_contact <> contacts.id_contact
where contacts.id_contact is null
{%- else %}
-- depends_on: {{ ref('shopapp_ecommerce', 'ecommerce_contacts') }}
select 1 where 1 = 0
{%- endif %}

{#- A copy of the contacts, for the foreign keys of the four tables. Never rebuilt: a deleted
    contact stays as a tombstone, and no other relation has it. -#}
{{ config(
    unique_key='id_contact',
    full_refresh=false,
    indexes=ecommerce_indexes(
        ['match_key'], ['email_key'], ['shop_id', 'customer_id'], ['changed_at']
    ),
) }}

{#- Foreign keys reference the id, so its type cannot change while the table exists. -#}
{%- if is_incremental() -%}
    {%- for found in adapter.get_columns_in_relation(this) if found.name == 'id_contact' -%}
        {%- set type = ecommerce_setting('ecommerce_contacts_id_type') -%}
        {%- set found_type = _ecommerce_id_type(found.data_type) -%}
        {%- if found_type != type and not (
            found_type in ('bigint', 'int') and type in ('bigint', 'int')
        ) -%}
            {{ exceptions.raise_compiler_error(
                "The ids in " ~ this ~ " are " ~ found_type ~ ", but ecommerce_contacts_id_type"
                ~ " is " ~ type ~ ". Set it to " ~ found_type ~ ". To change the type instead,"
                ~ " run the SQL statement drop table " ~ this ~ " cascade; and build with"
                ~ " --full-refresh. The table then has no deleted contacts any more."
            ) }}
        {%- endif -%}
    {%- endfor -%}
{%- endif %}

with

current_contacts as (

    select * from {{ ref('shopapp_ecommerce', 'int_ecommerce__contacts_current') }}

),

{%- if is_incremental() %}

existing as (

    {{ ecommerce_existing_rows() | indent(4) }}

),

compared as (

    select
        coalesce(current_contacts.id_contact, existing.id_contact) as id_contact,
        -- A merged contact that is no longer listed keeps its keys.
    {%- for name in ['contact_key', 'match_key', 'email_key'] %}
        case when current_contacts.is_gone then existing.{{ name }} else current_contacts.{{ name }} end
            as {{ name }},
    {%- endfor %}
        current_contacts.shop_id,
        current_contacts.customer_id,
        coalesce(current_contacts.is_ambiguous, false) as is_ambiguous,
        current_contacts.surviving_id_contact,
        case
            when coalesce(current_contacts.is_gone, true) then coalesce(existing.deleted_at, {{ dbt.current_timestamp() }})
        end as deleted_at,
    {%- set compared = [
        'contact_key', 'match_key', 'email_key', 'shop_id', 'customer_id', 'is_ambiguous',
        'surviving_id_contact', 'deleted_at',
    ] %}
        existing.id_contact is null as is_new,
    {%- for name in compared %}
        existing.{{ name }} as {{ name }}_before{{ ',' if not loop.last }}
    {%- endfor %}

    from current_contacts
    full outer join existing
        on current_contacts.id_contact = existing.id_contact

),

changed_contacts as (

    select * from compared
    where
        is_new
    {%- for name in compared %}
        or {{ name }} is distinct from {{ name }}_before
    {%- endfor %}

),

-- Former survivors of changed contacts, because their orders have to be matched again.
released_contacts as (

    select existing_rows.*
    from ({{ ecommerce_existing_rows() | indent(4) }}) as existing_rows
    where
        id_contact in (
            select changed_contacts.surviving_id_contact_before from changed_contacts
        )
        and id_contact not in (select changed_contacts.id_contact from changed_contacts)

),

contacts_to_write as (

    {%- for cte in ['changed_contacts', 'released_contacts'] %}
    select
        id_contact,
        {{ compared | join(',\n        ') }}

    from {{ cte }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

),
{%- else %}

contacts_to_write as (

    select
        current_contacts.*,
        case when is_gone then {{ dbt.current_timestamp() }} end as deleted_at

    from current_contacts

),
{%- endif %}

with_changed_at as (

    select
        contacts_to_write.*,
        {{ dbt.current_timestamp() }} as changed_at

    from contacts_to_write

)

{{ ecommerce_typed_rows('with_changed_at') }}
{%- if flags.EMPTY %}
-- If nothing was read, missing contacts do not count as deleted.
where 1 = 0
{%- endif %}

{%- set aliases = ecommerce_setting('ecommerce_contact_aliases_relation') -%}
{%- set id_type = ecommerce_setting('ecommerce_contacts_id_type') -%}

with recursive

aliases as (

    {%- if aliases %}
    select
        cast(alias_id as {{ id_type }}) as alias_id,
        cast(id_contact as {{ id_type }}) as id_contact

    from {{ aliases }}
    where
        alias_id is not null
        and id_contact is not null
    {%- else %}
    select
        cast(null as {{ id_type }}) as alias_id,
        cast(null as {{ id_type }}) as id_contact

    where 1 = 0
    {%- endif %}

),

-- From the ids that were merged into none, back through all that led there. What leads in a
-- circle has no such end, and is not reached.
followed as (

    select
        aliases.alias_id,
        aliases.id_contact

    from aliases
    left join aliases as further
        on aliases.id_contact = further.alias_id
    where further.alias_id is null
    union
    select
        aliases.alias_id,
        followed.id_contact

    from followed
    inner join aliases
        on followed.alias_id = aliases.id_contact

),

resolved as (

    select
        alias_id,
        (array_agg(id_contact))[1] as id_contact

    from followed
    group by alias_id
    having count(*) = 1

)

select * from resolved

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

-- Follows all merges back from the surviving ids. A circle of aliases has no surviving id, so its
-- aliases are not resolved.
alias_chains as (

    select
        aliases.alias_id,
        aliases.id_contact

    from aliases
    left join aliases as next_aliases
        on aliases.id_contact = next_aliases.alias_id
    where next_aliases.alias_id is null
    union
    select
        aliases.alias_id,
        alias_chains.id_contact

    from alias_chains
    inner join aliases
        on alias_chains.alias_id = aliases.id_contact

),

resolved as (

    select
        alias_id,
        (array_agg(id_contact))[1] as id_contact

    from alias_chains
    group by alias_id
    having count(*) = 1

)

select * from resolved

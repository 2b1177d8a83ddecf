{%- set aliases = ecommerce_setting('ecommerce_contact_aliases_relation') -%}
{%- set id_type = ecommerce_type('id') -%}

with

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

-- All ids that each alias leads to. The end of a chain is an id that is not an alias. A circle of
-- aliases has no end, so its aliases are not resolved.
chain_ends as (

    select
        chains.start_id as alias_id,
        chains.reached_id as id_contact

    from {{ ecommerce_closure('aliases', 'alias_id', 'id_contact') }} as chains
    where chains.reached_id not in (select aliases.alias_id from aliases)

),

resolved as (

    select
        alias_id,
        {{ ecommerce_only_id('id_contact') }} as id_contact

    from chain_ends
    group by alias_id
    having count(*) = 1

)

select * from resolved

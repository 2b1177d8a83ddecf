{#- A table with an index and statistics: over a view, whose conditions the planner cannot weigh,
    it would try every touch on every order. Not logged, since each build writes it anew. -#}
{{ config(
    materialized='table',
    unlogged=true,
    indexes=[{'columns': ['id_contact', 'happened_at']}],
    post_hook='analyze {{ this }}',
) }}
{%- set relation = ecommerce_setting('ecommerce_interactions_relation') -%}
{%- set id_type = ecommerce_setting('ecommerce_contacts_id_type') -%}
{%- set types = ecommerce_column_types(relation) -%}
{%- set columns = {} -%}
{%- for kind in ['contact', 'type', 'channel', 'time', 'send', 'batch', 'campaign'] -%}
    {%- set column = ecommerce_setting('ecommerce_interactions_' ~ kind ~ '_column') -%}
    {%- do columns.update({kind: adapter.quote(column)}) -%}
    {%- do types.update({kind: types.get(column, 'text')}) -%}
{%- endfor -%}

with

contacts as (

    select * from {{ ref('shopapp_ecommerce', 'ecommerce_contacts') }}

),

listed as (

    {%- if relation %}
    select
        {{ ecommerce_try_cast('cast(' ~ columns.contact ~ ' as text)', id_type) }} as id_contact,
        lower(trim({{ columns.type }})) as interaction_type,
        lower(trim({{ columns.channel }})) as channel,
        {{ ecommerce_cast(columns.time, types.time, 'timestamp') }} as happened_at,
        {{ ecommerce_try_cast('cast(' ~ columns.send ~ ' as text)', 'bigint') }} as id_send_log,
        {{ ecommerce_try_cast('cast(' ~ columns.batch ~ ' as text)', 'bigint') }} as id_batch,
        nullif(trim(cast({{ columns.campaign }} as text)), '') as campaign_name

    from {{ relation }}
    {%- else %}
    select
        cast(null as {{ id_type }}) as id_contact,
        cast(null as text) as interaction_type,
        cast(null as text) as channel,
        cast(null as timestamptz) as happened_at,
        cast(null as bigint) as id_send_log,
        cast(null as bigint) as id_batch,
        cast(null as text) as campaign_name

    where 1 = 0
    {%- endif %}

),

counted as (

    select * from listed
    where
        interaction_type in ('sent', 'open', 'click')
        and happened_at is not null

),

-- A click may name its send alone: the batch is what another interaction of the send says.
sends as (

    select
        id_send_log,
        max(id_batch) as id_batch

    from counted
    where
        id_batch is not null
        and id_send_log in (
            select lacking.id_send_log
            from counted as lacking
            where lacking.id_batch is null
        )
    group by id_send_log

),

-- A contact that was merged is the one that is left; one that is gone is still itself.
resolved as (

    select
        coalesce(contacts.surviving_id_contact, counted.id_contact) as id_contact,
        counted.interaction_type,
        counted.channel,
        counted.happened_at,
        counted.id_send_log,
        coalesce(counted.id_batch, sends.id_batch) as id_batch,
        counted.campaign_name

    from counted
    left join contacts
        on counted.id_contact = contacts.id_contact
    left join sends
        on counted.id_batch is null
        and counted.id_send_log = sends.id_send_log

)

select * from resolved

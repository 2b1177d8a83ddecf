{#- A table with an index and statistics. With a view, the planner cannot estimate the conditions
    and compares every touch with every order. Unlogged, because every build rebuilds it. -#}
{{ config(
    materialized='table',
    unlogged=true,
    indexes=ecommerce_indexes(['id_contact', 'happened_at']),
    post_hook='{{ ecommerce_analyze() }}',
) }}
{%- set relation = ecommerce_setting('ecommerce_interactions_relation') -%}
{%- set id_type = ecommerce_setting('ecommerce_contacts_id_type') -%}
{%- set text_type = ecommerce_type('text') -%}
{%- set types = ecommerce_column_types(relation) -%}
{%- set columns = {} -%}
{%- set texts = {} -%}
{%- for kind in ['contact', 'type', 'channel', 'time', 'send', 'batch', 'campaign'] -%}
    {%- set column = ecommerce_setting('ecommerce_interactions_' ~ kind ~ '_column') -%}
    {%- do columns.update({kind: adapter.quote(column)}) -%}
    {%- do texts.update({kind: 'cast(' ~ columns[kind] ~ ' as ' ~ text_type ~ ')'}) -%}
    {%- do types.update({kind: types.get(column, 'text')}) -%}
{%- endfor -%}
{#- Casts of columns that have the type already would take most of the time. -#}
{%- set ids = {} -%}
{%- for kind, type in {'contact': id_type, 'send': 'bigint', 'batch': 'bigint'}.items() -%}
    {%- do ids.update({
        kind: columns[kind] if types[kind] == type else ecommerce_try_cast(texts[kind], type)
    }) -%}
{%- endfor -%}

with

contacts as (

    select * from {{ ref('shopapp_ecommerce', 'ecommerce_contacts') }}

),

typed_interactions as (

    {%- if relation %}
    select
        {{ ids.contact }} as id_contact,
        lower(trim({{ columns.type }})) as interaction_type,
        lower(trim({{ columns.channel }})) as channel,
        {{ ecommerce_cast(columns.time, types.time, 'timestamp') }} as happened_at,
        {{ ids.send }} as id_send_log,
        {{ ids.batch }} as id_batch,
        nullif(trim({{ texts.campaign }}), '') as campaign_name

    from {{ relation }}
    {%- else %}
    select
        cast(null as {{ ecommerce_type('id') }}) as id_contact,
        cast(null as {{ text_type }}) as interaction_type,
        cast(null as {{ text_type }}) as channel,
        cast(null as {{ ecommerce_type('time') }}) as happened_at,
        cast(null as {{ ecommerce_type('integer') }}) as id_send_log,
        cast(null as {{ ecommerce_type('integer') }}) as id_batch,
        cast(null as {{ text_type }}) as campaign_name

    where 1 = 0
    {%- endif %}

),

valid_interactions as (

    select * from typed_interactions
    where
        interaction_type in ('sent', 'open', 'click')
        and happened_at is not null

),

-- An interaction can have a send without a batch. Take the batch from the send's other
-- interactions.
send_batches as (

    select
        id_send_log,
        max(id_batch) as id_batch

    from valid_interactions
    where
        id_batch is not null
        and id_send_log in (
            select without_batch.id_send_log
            from valid_interactions as without_batch
            where without_batch.id_batch is null
        )
    group by id_send_log

),

-- A merged contact is replaced by the surviving contact. A deleted contact keeps its id.
with_surviving_contact as (

    select
        coalesce(contacts.surviving_id_contact, valid_interactions.id_contact) as id_contact,
        valid_interactions.interaction_type,
        valid_interactions.channel,
        valid_interactions.happened_at,
        valid_interactions.id_send_log,
        coalesce(valid_interactions.id_batch, send_batches.id_batch) as id_batch,
        valid_interactions.campaign_name

    from valid_interactions
    left join contacts
        on valid_interactions.id_contact = contacts.id_contact
    left join send_batches
        on valid_interactions.id_batch is null
        and valid_interactions.id_send_log = send_batches.id_send_log

)

select * from with_surviving_contact

{#- A mirror with indexes. With a view, the planner cannot estimate the conditions and compares
    every touch with every order. -#}
{{ config(
    materialized='ecommerce_maintained',
    unique_key=['happened_at', 'id_send_log', 'reported_id_contact'],
    indexes=ecommerce_indexes(
        ['id_contact', 'happened_at'], ['id_send_log'], ['happened_at'], ['campaign_key']
    ),
    meta={
        'pii': true,
        'scope': {'kind': 'interactions', 'columns': ['row_id']},
        'changed_keys': {
            'contact_touches': [["case when interaction_type <> 'sent' then id_contact end"]],
            'send': [['id_send_log']],
            'campaign_sends': [['campaign_key']],
            'campaign_mention': [[ecommerce_campaign_mention()]],
        },
        'skip_null_keys': true,
    },
) }}
-- depends_on: {{ ref('shopapp_ecommerce', 'ecommerce_changed_keys') }}
-- depends_on: {{ ref('shopapp_ecommerce', 'ecommerce_run_log') }}

{%- set reported = [
    'reported_id_contact', 'interaction_type', 'channel', 'happened_at', 'id_send_log',
    'reported_id_batch', 'campaign_name',
] %}

with

contacts as (

    select * from {{ ref('shopapp_ecommerce', 'ecommerce_contacts') }}

),

interactions as (

    {%- if ecommerce_scope() %}
    select {{ reported | join(', ') }} from {{ ecommerce_read_name() }}
    union all
    select {{ reported | join(', ') }}
    from {{ this }} as existing
    inner join {{ ecommerce_scope_name() }} as scope
        on existing.{{ ecommerce_row_id() }} = scope.row_id
    where not scope.is_replaced
    {%- else %}
    {{ ecommerce_interaction_rows() | indent(4) }}
    {%- endif %}

),

-- An interaction can have a send without a batch. Take the batch from the send's other
-- interactions.
send_batches as (

    select
        id_send_log,
        max(reported_id_batch) as id_batch

    from interactions
    where
        reported_id_batch is not null
        and id_send_log in (
            select without_batch.id_send_log
            from interactions as without_batch
            where without_batch.reported_id_batch is null
        )
    group by id_send_log

),

-- A merged contact is replaced by the surviving contact. A deleted contact keeps its id.
with_surviving_contact as (

    select
        coalesce(contacts.surviving_id_contact, interactions.reported_id_contact) as id_contact,
        interactions.interaction_type,
        interactions.channel,
        interactions.happened_at,
        interactions.id_send_log,
        coalesce(interactions.reported_id_batch, send_batches.id_batch) as id_batch,
        interactions.campaign_name,
        interactions.reported_id_contact,
        interactions.reported_id_batch

    from interactions
    left join contacts
        on interactions.reported_id_contact = contacts.id_contact
    left join send_batches
        on interactions.reported_id_batch is null
        and interactions.id_send_log = send_batches.id_send_log

),

with_campaign_key as (

    select
        with_surviving_contact.*,
        {{ ecommerce_campaign_key('id_batch', 'channel', 'null', 'campaign_name') }}
            as campaign_key

    from with_surviving_contact

)

{{ ecommerce_typed_rows('with_campaign_key') }}

{#- A table, whole at each build: what was clicked late, a merge or another window changes orders
    of any age. -#}
{{ config(materialized='table', post_hook='analyze {{ this }}') }}
{%- set windows = fromjson(ecommerce_setting('ecommerce_attribution_windows')) -%}
{%- if windows is not mapping or windows.values() | reject('number') | list -%}
    {%- do exceptions.raise_compiler_error(
        'ecommerce_attribution_windows is no JSON object of hours by channel. Write it as'
        ~ ' {"email": 120, "sms": 24}, or leave it out.'
    ) -%}
{%- endif -%}
{%- set types = ['click'] -%}
{%- if ecommerce_is_on('attribution_opens') %}{% do types.append('open') %}{% endif %}

with

transactions as (

    select * from {{ ref('shopapp_ecommerce', 'ECommerce_Transaction') }}

),

interactions as (

    select * from {{ ref('shopapp_ecommerce', 'int_ecommerce__interactions') }}

),

-- A shop may back-date the processing, or write an order down when it imports it: the earlier of
-- the two is when the buyer had decided.
orders as (

    select
        "idTransaction" as id_transaction,
        "idContact" as id_contact,
        least("dtTransactionCreatedAt", "dtTransaction") as decided_at,
        "idSendLog" as id_send_log,
        "idBatch" as id_batch,
        "utmSource" as utm_source,
        lower(trim("utmMedium")) as utm_medium,
        "utmCampaign" as utm_campaign,
        case
            when "idSendLog" is not null or "idBatch" is not null then 'explicit'
            when coalesce("utmSource", "utmMedium", "utmCampaign") is not null then 'utm'
        end as stated_method

    from transactions

),

windows as (

    {%- if windows %}
    select *
    from (
        values
        {%- for channel, hours in windows.items() %}
        (
            '{{ channel | lower | trim | replace("'", "''") }}',
            {{ hours }} * interval '1 hour'
        ){{ ',' if not loop.last }}
        {%- endfor %}
    ) as listed (channel, longest)
    {%- else %}
    select
        cast(null as text) as channel,
        cast(null as interval) as longest

    where 1 = 0
    {%- endif %}

),

-- From the table itself, since a CTE that is named more than once has no index.
touches as (

    select
        interactions.id_contact,
        interactions.interaction_type,
        interactions.channel,
        interactions.happened_at,
        interactions.id_send_log,
        interactions.id_batch,
        interactions.campaign_name,
        windows.longest

    from (select * from {{ ref('shopapp_ecommerce', 'int_ecommerce__interactions') }})
        as interactions
    inner join windows
        on interactions.channel = windows.channel
    where interactions.interaction_type in ('{{ types | join("', '") }}')

),

-- Both edges are inside: a touch at the order's own moment counts, one after it never does.
eligible as (

    select
        orders.id_transaction,
        touches.interaction_type,
        touches.channel,
        touches.happened_at,
        touches.id_send_log,
        touches.id_batch,
        touches.campaign_name,
        row_number() over (
            partition by orders.id_transaction
            order by
                touches.interaction_type asc, -- click before open
                touches.happened_at desc,
                touches.id_batch desc nulls last,
                touches.id_send_log desc nulls last,
                touches.campaign_name asc,
                touches.channel asc
        ) as place

    from orders
    inner join touches
        on orders.id_contact = touches.id_contact
    where
        orders.stated_method is null
        and touches.happened_at <= orders.decided_at
        and touches.happened_at >= orders.decided_at - touches.longest

),

credited as (

    select
        orders.id_transaction,
        coalesce(orders.stated_method, eligible.interaction_type, 'unattributed')
            as attribution_method,
        coalesce(orders.id_send_log, eligible.id_send_log) as id_send_log,
        coalesce(orders.id_batch, eligible.id_batch) as id_batch,
        eligible.happened_at as touched_at,
        coalesce(eligible.channel, orders.utm_medium) as channel,
        orders.utm_source,
        coalesce(eligible.campaign_name, orders.utm_campaign) as campaign_name

    from orders
    left join eligible
        on orders.id_transaction = eligible.id_transaction
        and eligible.place = 1

),

-- Of a send that an order brings without its batch, the interactions may say more.
sends as (

    select
        interactions.id_send_log,
        max(interactions.id_batch) as id_batch,
        max(interactions.channel) as channel,
        max(interactions.campaign_name) as campaign_name

    from interactions
    where interactions.id_send_log in (
        select credited.id_send_log
        from credited
        where
            credited.attribution_method = 'explicit'
            and credited.id_batch is null
    )
    group by interactions.id_send_log

),

identified as (

    select
        credited.id_transaction,
        credited.attribution_method,
        credited.id_send_log,
        coalesce(credited.id_batch, sends.id_batch) as id_batch,
        credited.touched_at,
        credited.utm_source,
        coalesce(sends.channel, credited.channel) as channel,
        coalesce(sends.campaign_name, credited.campaign_name) as campaign_name,
        {{ ecommerce_campaign_name_key('coalesce(sends.campaign_name, credited.campaign_name)') }}
            as name_key

    from credited
    left join sends
        on credited.attribution_method = 'explicit'
        and credited.id_batch is null
        and credited.id_send_log = sends.id_send_log

),

told as (

    select distinct
        channel,
        campaign_name,
        id_batch

    from interactions
    where campaign_name is not null

),

-- A campaign by channel and name alone: the one batch that is called so, if there is but one.
named as (

    select
        channel,
        {{ ecommerce_campaign_name_key('campaign_name') }} as name_key,
        case when count(distinct coalesce(id_batch, -1)) = 1 then max(id_batch) end as id_batch

    from told
    group by 1, 2

),

recognized as (

    select
        identified.id_transaction,
        identified.attribution_method,
        identified.id_send_log,
        coalesce(identified.id_batch, named.id_batch) as id_batch,
        identified.touched_at,
        identified.utm_source,
        -- Interactions know of no source: it would part their campaign from its orders.
        case when named.name_key is null then identified.utm_source end as key_source,
        identified.channel,
        identified.campaign_name

    from identified
    left join named
        on identified.id_batch is null
        and identified.channel = named.channel
        and identified.name_key = named.name_key

),

batches as (

    select
        id_batch,
        max(channel) as channel,
        max(campaign_name) as campaign_name

    from interactions
    where id_batch is not null
    group by id_batch

),

completed as (

    select
        recognized.id_transaction,
        recognized.attribution_method,
        recognized.id_send_log,
        recognized.id_batch,
        recognized.touched_at,
        recognized.utm_source as campaign_source,
        recognized.key_source,
        coalesce(batches.channel, recognized.channel) as campaign_channel,
        coalesce(batches.campaign_name, recognized.campaign_name) as campaign_name

    from recognized
    left join batches
        on recognized.id_batch = batches.id_batch

),

keyed as (

    select
        completed.*,
        case
            when attribution_method = 'unattributed' then 'unattributed'
            else {{ ecommerce_campaign_key(
                'id_batch', 'campaign_channel', 'key_source', 'campaign_name'
            ) }}
        end as campaign_key

    from completed

),

-- A batch that only orders know is called what the last of their utm names says, on all of them.
attributed as (

    select
        id_transaction,
        attribution_method,
        campaign_key,
        max(campaign_name) over by_campaign as campaign_name,
        max(campaign_channel) over by_campaign as campaign_channel,
        max(campaign_source) over by_campaign as campaign_source,
        id_batch,
        id_send_log,
        touched_at

    from keyed
    window by_campaign as (partition by campaign_key)

)

select * from attributed

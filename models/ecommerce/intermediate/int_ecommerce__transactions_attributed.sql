{{ config(
    materialized='ecommerce_maintained',
    unique_key=['id_transaction'],
    indexes=ecommerce_indexes(
        ['id_transaction'], ['campaign_key'], ['id_batch'], ['id_send_log'], ['reported_name_key']
    ),
    meta={
        'scope': {'kind': 'attributed_orders', 'columns': ['id_transaction']},
        'changed_keys': {
            'attribution': [['id_transaction']],
            'campaign_label': [[ecommerce_campaign_label()]],
        },
        'skip_null_keys': true,
    },
) }}
{%- set windows = fromjson(ecommerce_setting('ecommerce_attribution_windows')) -%}
{%- if windows is not mapping or windows.values() | reject('number') | list -%}
    {%- do exceptions.raise_compiler_error(
        'ecommerce_attribution_windows is not a JSON object with hours by channel. Write it as'
        ~ ' {"email": 120, "sms": 24}, or remove it.'
    ) -%}
{%- endif -%}
{%- set types = ['click'] -%}
{%- if ecommerce_is_on('attribution_opens') %}{% do types.append('open') %}{% endif %}

with

transactions as (

    select *
    from {{ ecommerce_rows_in_scope(ecommerce_lower_names(
        ref('shopapp_ecommerce', 'ECommerce_Transaction'), 'ECommerce_Transaction',
        columns=[
            'idTransaction', 'idShop', 'idContact', 'dtTransactionCreatedAt', 'dtTransaction',
            'idSendLog', 'idBatch', 'utmSource', 'utmMedium', 'utmCampaign',
        ]
    ), ['id_transaction']) }} as transactions

),

interactions as (

    select * from {{ ref('shopapp_ecommerce', 'int_ecommerce__interactions') }}

),

campaign_mentions as (

    select * from {{ ref('shopapp_ecommerce', 'int_ecommerce__campaign_mentions') }}

),

-- A renewal of a subscription has the campaign of its first order, so only a touch counts.
renewals as (

    {%- if ecommerce_scope() %}
    {#- The view has look-ups that are slow for a few orders. #}
    select transactions.id_transaction
    from transactions
    inner join ({{ ecommerce_raw('transactions') | indent(4) }}) as raw_transactions
        on transactions.id_shop = raw_transactions.shop_id
        and {{ ecommerce_record_id('transactions.id_shop', 'transactions.id_transaction') }}
        = raw_transactions.transaction_id
    where raw_transactions.parent_transaction_id is not null
    {%- else %}
    select id_transaction
    from {{ ref('shopapp_ecommerce', 'stg_ecommerce__transactions') }}
    where parent_transaction_id is not null
    {%- endif %}

),

with_reported_campaign as (

    select
        transactions.id_transaction,
        transactions.id_contact,
        transactions.dt_transaction_created_at,
        transactions.dt_transaction
        {%- for name in ['id_send_log', 'id_batch', 'utm_source', 'utm_medium', 'utm_campaign'] %},
        case when renewals.id_transaction is null then transactions.{{ name }} end as {{ name }}
        {%- endfor %}

    from transactions
    left join renewals
        on transactions.id_transaction = renewals.id_transaction

),

-- Shops can back-date the processing time, or create an order when they import it. The earlier
-- of both times is the time of the buyer's decision.
candidates as (

    select
        id_transaction,
        id_contact,
        coalesce(
            least(dt_transaction_created_at, dt_transaction),
            dt_transaction_created_at,
            dt_transaction
        ) as decided_at,
        id_send_log,
        id_batch,
        utm_source,
        lower(trim(utm_medium)) as utm_medium,
        utm_campaign,
        case
            when id_send_log is not null or id_batch is not null then 'explicit'
            when coalesce(utm_source, utm_medium, utm_campaign) is not null then 'utm'
        end as reported_method

    from with_reported_campaign

),

windows as (

    {%- for channel, hours in windows.items() %}
    select
        {{ dbt.string_literal(dbt.escape_single_quotes(channel | lower | trim)) }} as channel,
        {{ (hours * 3600) | int }} as max_seconds

    union all
    {%- endfor %}
    select
        cast(null as {{ ecommerce_type('text') }}) as channel,
        cast(null as {{ ecommerce_type('int') }}) as max_seconds

    where 1 = 0

),

-- Read from the table, because a CTE with several references cannot use its index.
touches as (

    select
        interactions.id_contact,
        interactions.interaction_type,
        interactions.channel,
        interactions.happened_at,
        interactions.id_send_log,
        interactions.id_batch,
        interactions.campaign_name,
        windows.max_seconds

    from (select * from {{ ref('shopapp_ecommerce', 'int_ecommerce__interactions') }})
        as interactions
    inner join windows
        on interactions.channel = windows.channel
    where interactions.interaction_type in ('{{ types | join("', '") }}')

),

-- The window includes both ends. A touch at the time of the order counts, a later one does not.
eligible_touches as (

    select
        candidates.id_transaction,
        touches.interaction_type,
        touches.channel,
        touches.happened_at,
        touches.id_send_log,
        touches.id_batch,
        touches.campaign_name,
        row_number() over (
            partition by candidates.id_transaction
            order by
                {{ ecommerce_text_order('touches.interaction_type') }} asc, -- click before open
                touches.happened_at desc nulls last,
                touches.id_batch desc nulls last,
                touches.id_send_log desc nulls last,
                {{ ecommerce_text_order('touches.campaign_name') }} asc nulls last,
                {{ ecommerce_text_order('touches.channel') }} asc
        ) as touch_rank

    from candidates
    inner join touches
        on candidates.id_contact = touches.id_contact
    where
        candidates.reported_method is null
        and touches.happened_at <= candidates.decided_at
        and touches.happened_at
        >= {{ dbt.dateadd('second', '-touches.max_seconds', 'candidates.decided_at') }}

),

with_touch as (

    select
        candidates.id_transaction,
        coalesce(candidates.reported_method, eligible_touches.interaction_type, 'unattributed')
            as attribution_method,
        coalesce(candidates.id_send_log, eligible_touches.id_send_log) as id_send_log,
        coalesce(candidates.id_batch, eligible_touches.id_batch) as id_batch,
        eligible_touches.happened_at as touched_at,
        coalesce(eligible_touches.channel, candidates.utm_medium) as channel,
        candidates.utm_source,
        coalesce(eligible_touches.campaign_name, candidates.utm_campaign) as campaign_name

    from candidates
    left join eligible_touches
        on candidates.id_transaction = eligible_touches.id_transaction
        and eligible_touches.touch_rank = 1

),

-- Batch, channel and campaign of sends, for orders that have a send without a batch.
send_details as (

    select
        interactions.id_send_log,
        max(interactions.id_batch) as id_batch,
        max({{ ecommerce_text_order('interactions.channel') }}) as channel,
        max({{ ecommerce_text_order('interactions.campaign_name') }}) as campaign_name

    from interactions
    where interactions.id_send_log in (
        select with_touch.id_send_log
        from with_touch
        where
            with_touch.attribution_method = 'explicit'
            and with_touch.id_batch is null
    )
    group by interactions.id_send_log

),

with_send as (

    select
        with_touch.id_transaction,
        with_touch.attribution_method,
        with_touch.id_send_log,
        coalesce(with_touch.id_batch, send_details.id_batch) as id_batch,
        with_touch.touched_at,
        with_touch.utm_source,
        coalesce(send_details.channel, with_touch.channel) as channel,
        coalesce(send_details.campaign_name, with_touch.campaign_name) as campaign_name,
        {{ ecommerce_campaign_name_key(
            'coalesce(send_details.campaign_name, with_touch.campaign_name)'
        ) }} as name_key

    from with_touch
    left join send_details
        on with_touch.attribution_method = 'explicit'
        and with_touch.id_batch is null
        and with_touch.id_send_log = send_details.id_send_log

),

-- Campaigns by channel and name, with their batch if exactly one batch has that name.
campaigns_by_name as (

    select
        channel,
        name_key,
        case when count(distinct coalesce(id_batch, -1)) = 1 then max(id_batch) end as id_batch

    from campaign_mentions
    where campaign_name is not null
    group by channel, name_key

),

with_named_batch as (

    select
        with_send.id_transaction,
        with_send.attribution_method,
        with_send.id_send_log,
        coalesce(with_send.id_batch, campaigns_by_name.id_batch) as id_batch,
        with_send.touched_at,
        with_send.utm_source,
        -- Interactions have no source, so a source would separate a campaign from its orders.
        case when campaigns_by_name.name_key is null then with_send.utm_source end as key_source,
        with_send.channel,
        with_send.campaign_name,
        case
            when with_send.id_batch is null then with_send.channel || '|' || with_send.name_key
        end as reported_name_key

    from with_send
    left join campaigns_by_name
        on with_send.id_batch is null
        and with_send.channel = campaigns_by_name.channel
        and with_send.name_key = campaigns_by_name.name_key

),

batch_campaigns as (

    select
        id_batch,
        max({{ ecommerce_text_order('channel') }}) as channel,
        max({{ ecommerce_text_order('campaign_name') }}) as campaign_name

    from campaign_mentions
    where id_batch is not null
    group by id_batch

),

with_batch_campaign as (

    select
        with_named_batch.id_transaction,
        with_named_batch.attribution_method,
        with_named_batch.id_send_log,
        with_named_batch.id_batch,
        with_named_batch.touched_at,
        with_named_batch.utm_source as campaign_source,
        with_named_batch.key_source,
        with_named_batch.reported_name_key,
        coalesce(batch_campaigns.channel, with_named_batch.channel) as campaign_channel,
        coalesce(batch_campaigns.campaign_name, with_named_batch.campaign_name) as campaign_name

    from with_named_batch
    left join batch_campaigns
        on with_named_batch.id_batch = batch_campaigns.id_batch

),

with_campaign_key as (

    select
        with_batch_campaign.*,
        case
            when attribution_method = 'unattributed' then 'unattributed'
            else {{ ecommerce_campaign_key(
                'id_batch', 'campaign_channel', 'key_source', 'campaign_name'
            ) }}
        end as campaign_key

    from with_batch_campaign

)

{{ ecommerce_typed_rows('with_campaign_key') }}

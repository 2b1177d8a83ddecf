{#-
  How int_ecommerce__interactions reads the interactions relation, which has no unique id.

  ecommerce_interaction_rows: select of the interactions relation with the columns of the mirror
  before contacts and batches are resolved. condition: optional condition on the typed columns.

  A build reads one of these:
  - All rows: the first build, a full refresh, changed settings, and whenever the last comparison
    with all rows is a day old. Only then the mirror loses rows that were deleted, or that a change
    moved to another send, contact and time.
  - With the setting ecommerce_interactions_updated_at_column: the rows that changed since the last
    reading, and all other rows of their groups. A group has the rows of a send; without a send, the
    rows of a contact; without both, the rows of one time. The rows of a group replace the group in
    the mirror, so the old version of a changed row is removed.
  - Without this setting: the rows of the last three days before the last reading. They replace the
    same days in the mirror.

  Rows in the mirror are also computed again if their contact changed, or if a row of their send
  was read, because a row without a batch has the batch of its send.
-#}
{% macro ecommerce_interaction_rows(condition=none) %}
    {%- set relation = ecommerce_setting('ecommerce_interactions_relation') -%}
    {%- set text_type = ecommerce_type('text') -%}
    {%- if relation %}
    {%- set found = _ecommerce_interaction_columns(relation) %}
    select distinct *
    from (
        select
            {{ found.expressions.contact }} as reported_id_contact,
            lower(trim({{ found.columns.type }})) as interaction_type,
            lower(trim({{ found.columns.channel }})) as channel,
            {{ found.expressions.time }} as happened_at,
            {{ found.expressions.send }} as id_send_log,
            {{ found.expressions.batch }} as reported_id_batch,
            nullif(trim({{ found.texts.campaign }}), '') as campaign_name

        from {{ relation }}
        {%- if condition %}
        where {{ condition }}
        {%- endif %}
    ) as typed_interactions
    where
        interaction_type in ('sent', 'open', 'click')
        and happened_at is not null
    {%- else %}
    select
        cast(null as {{ ecommerce_type('id') }}) as reported_id_contact,
        cast(null as {{ text_type }}) as interaction_type,
        cast(null as {{ text_type }}) as channel,
        cast(null as {{ ecommerce_type('time') }}) as happened_at,
        cast(null as {{ ecommerce_type('integer') }}) as id_send_log,
        cast(null as {{ ecommerce_type('integer') }}) as reported_id_batch,
        cast(null as {{ text_type }}) as campaign_name

    where 1 = 0
    {%- endif %}
{%- endmacro %}

{#- Names, texts, types and typed expressions of the relation's columns, by kind. -#}
{% macro _ecommerce_interaction_columns(relation) %}
    {%- set types = ecommerce_column_types(relation) -%}
    {%- set found = {'columns': {}, 'texts': {}, 'types': {}, 'expressions': {}} -%}
    {%- for kind in [
        'contact', 'type', 'channel', 'time', 'send', 'batch', 'campaign', 'updated_at'
    ] -%}
        {%- set column = ecommerce_setting('ecommerce_interactions_' ~ kind ~ '_column') -%}
        {%- do found.columns.update({kind: adapter.quote(column)}) -%}
        {%- do found.texts.update({
            kind: 'cast(' ~ found.columns[kind] ~ ' as ' ~ ecommerce_type('text') ~ ')'
        }) -%}
        {%- do found.types.update({kind: types.get(column, 'text')}) -%}
    {%- endfor -%}
    {#- Casts of columns that have the type already would take most of the time. -#}
    {%- for kind, type in {
        'contact': ecommerce_setting('ecommerce_contacts_id_type'), 'send': 'bigint',
        'batch': 'bigint',
    }.items() -%}
        {%- do found.expressions.update({
            kind: found.columns[kind] if found.types[kind] == type
                else ecommerce_try_cast(found.texts[kind], type)
        }) -%}
    {%- endfor -%}
    {%- for kind in ['time', 'updated_at'] -%}
        {%- do found.expressions.update({
            kind: ecommerce_cast(found.columns[kind], found.types[kind], 'timestamp')
        }) -%}
    {%- endfor -%}
    {{- return(found) -}}
{% endmacro %}

{#- Condition on a time of the relation. `time` is a text in UTC. A cast of the column would prevent
    that Postgres uses the user's index. -#}
{% macro _ecommerce_interactions_since(found, kind, operator, time) %}
    {%- if found.types[kind] == 'timestamp without time zone' -%}
        {{ found.columns[kind] }} {{ operator }} cast('{{ time }}' as {{ found.types[kind] }})
    {%- else -%}
        {{ found.expressions[kind] }} {{ operator }} cast('{{ time }}' as {{ ecommerce_type('time') }})
    {%- endif -%}
{% endmacro %}

{#- The range of interactions that this run reads; `since` is none for all. Times are texts. -#}
{% macro _ecommerce_interactions_range(log) %}
    {%- set relation = ecommerce_setting('ecommerce_interactions_relation') -%}
    {%- set updated_at = ecommerce_setting('ecommerce_interactions_updated_at_column') -%}
    {%- set now = dbt.current_timestamp() -%}
    {%- set range = {
        'since': none, 'until': none, 'settings_hash': _ecommerce_interactions_hash(),
        'read_at': run_query('select ' ~ ecommerce_utc_text(now)).rows[0][0],
        'loaded_until': none, 'compared_at': none,
    } -%}
    {%- do range.update({'compared_at': range.read_at}) -%}
    {%- if relation and updated_at -%}
        {%- set found = _ecommerce_interaction_columns(relation) -%}
        {#- A time in the future would hide later changes. -#}
        {%- do range.update({'loaded_until': run_query(
            'select ' ~ ecommerce_utc_text('least(max(' ~ found.expressions.updated_at ~ '), ' ~ now ~ ')')
            ~ ' from ' ~ relation
        ).rows[0][0]}) -%}
    {%- endif -%}
    {%- if should_full_refresh() or not load_cached_relation(this)
        or ecommerce_columns_differ(model.name) or not _ecommerce_has_inputs() -%}
        {{- return(range) -}}
    {%- endif -%}
    {%- set query -%}
        with ranked as (

            select
                read_at,
                loaded_until,
                settings_hash,
                compared_at,
                row_number() over (order by read_at desc nulls last) as age

            from {{ log }}
            where model = '{{ model.name }}'

        )

        select
            {{ ecommerce_utc_text('compared_at') }},
            {{ ecommerce_utc_text(dbt.dateadd('day', -3, 'read_at')) }},
            {{ ecommerce_utc_text('read_at') }},
            {{ ecommerce_utc_text(dbt.dateadd('minute', -10, 'loaded_until')) }}

        from ranked
        where
            age = 1
            and settings_hash = '{{ range.settings_hash }}'
            and compared_at > {{ dbt.dateadd('day', -1, now) }}
    {%- endset -%}
    {%- for row in run_query(query).rows if not updated_at or row[3] -%}
        {%- do range.update({
            'since': 0, 'compared_at': row[0], 'happened_since': row[1], 'contacts_since': row[2],
            'updated_since': row[3] if updated_at else none,
        }) -%}
    {%- endfor -%}
    {{- return(range) -}}
{% endmacro %}

{#- Hash of the settings that the mirror depends on. -#}
{% macro _ecommerce_interactions_hash() %}
    {%- set settings = [{'version': 1}, ecommerce_setting('ecommerce_contacts_id_type')] -%}
    {%- for name in [
        'relation', 'contact_column', 'type_column', 'channel_column', 'time_column', 'send_column',
        'batch_column', 'campaign_column', 'updated_at_column',
    ] -%}
        {%- do settings.append(ecommerce_setting('ecommerce_interactions_' ~ name)) -%}
    {%- endfor -%}
    {{- return(local_md5(tojson(settings))) -}}
{% endmacro %}

{#- Writes to the run log what the mirror has read. -#}
{% macro _ecommerce_log_interactions(range) %}
    {%- do run_query(
        'insert into ' ~ ecommerce_table('ecommerce_run_log')
        ~ ' (model, invocation_id, read_at, loaded_until, settings_hash, compared_at) select '
        ~ "'" ~ model.name ~ "', '" ~ invocation_id ~ "', " ~ _ecommerce_time(range.read_at) ~ ', '
        ~ _ecommerce_time(range.loaded_until) ~ ", '" ~ range.settings_hash ~ "', "
        ~ _ecommerce_time(range.compared_at)
    ) -%}
{% endmacro %}

{% macro _ecommerce_time(text) %}
    {{- return(
        'cast(' ~ ("'" ~ text ~ "'" if text else 'null') ~ ' as ' ~ ecommerce_type('time') ~ ')'
    ) -}}
{% endmacro %}

{#- Creates the temporary table with the rows that this run reads, named ecommerce_read_name. -#}
{% macro ecommerce_read_name() %}
    {{- return(model.alias ~ '__read') -}}
{% endmacro %}

{% macro _ecommerce_read_interactions(scope, temporary) %}
    {%- set relation = ecommerce_setting('ecommerce_interactions_relation') -%}
    {%- set found = _ecommerce_interaction_columns(relation) if relation -%}
    {%- if not relation -%}
        {%- set query = ecommerce_interaction_rows() -%}
    {%- elif not scope.updated_since -%}
        {%- set query = ecommerce_interaction_rows(
            _ecommerce_interactions_since(found, 'time', '>=', scope.happened_since)
        ) -%}
    {%- else -%}
        {%- set groups = _ecommerce_changed_groups_name() -%}
        {%- set contact, time, send = found.expressions.contact, found.expressions.time,
            found.expressions.send -%}
        {%- set changed_rows -%}
            select distinct
                {{ send }} as id_send_log,
                case when {{ send }} is null then {{ contact }} end as id_contact,
                case when {{ send }} is null and {{ contact }} is null then {{ time }} end as happened_at

            from {{ relation }}
            where
                {{ found.columns.updated_at }} is null
                or {{ _ecommerce_interactions_since(found, 'updated_at', '>', scope.updated_since) }}
        {%- endset -%}
        {%- do _ecommerce_create_temporary(groups, changed_rows, temporary) -%}
        {#- One query per kind of group, so that each can use an index. -#}
        {%- set query -%}
            {{ ecommerce_interaction_rows(send ~ ' in (select id_send_log from ' ~ groups ~ ')') }}
            union
            {{ ecommerce_interaction_rows(
                send ~ ' is null and ' ~ contact ~ ' in (select id_contact from ' ~ groups ~ ')'
            ) }}
            union
            {{ ecommerce_interaction_rows(
                send ~ ' is null and ' ~ contact ~ ' is null and ' ~ time
                ~ ' in (select happened_at from ' ~ groups ~ ')'
            ) }}
        {%- endset -%}
    {%- endif -%}
    {%- do _ecommerce_create_temporary(ecommerce_read_name(), query, temporary) -%}
{% endmacro %}

{% macro _ecommerce_changed_groups_name() %}
    {{- return(model.alias ~ '__groups') -}}
{% endmacro %}

{#- Query with the rows of the mirror that this run computes, and whether the rows that it read
    replace them. -#}
{% macro _ecommerce_interactions_scope(scope) %}
    {%- set row_id, groups = ecommerce_row_id(), _ecommerce_changed_groups_name() %}
    with replaced as (

        {%- if scope.updated_since %}
        select {{ row_id }} as row_id, id_send_log
        from {{ this }}
        where id_send_log in (select changed.id_send_log from {{ groups }} as changed)
        union all
        select {{ row_id }} as row_id, id_send_log
        from {{ this }}
        where
            id_send_log is null
            and reported_id_contact in (select changed.id_contact from {{ groups }} as changed)
        union all
        select {{ row_id }} as row_id, id_send_log
        from {{ this }}
        where
            id_send_log is null
            and reported_id_contact is null
            and happened_at in (select changed.happened_at from {{ groups }} as changed)
        {%- else %}
        select {{ row_id }} as row_id, id_send_log
        from {{ this }}
        where happened_at >= {{ _ecommerce_time(scope.happened_since) }}
        {%- endif %}

    ),

    -- Rows have the surviving contact. The former survivor of a changed contact changes with it.
    of_contacts as (

        select {{ row_id }} as row_id, id_send_log
        from {{ this }}
        where id_contact in (
            select contacts.id_contact
            from {{ ecommerce_relation('ecommerce_contacts') }} as contacts
            where contacts.changed_at >= {{ _ecommerce_time(scope.contacts_since) }}
        )

    ),

    sends as (

        select id_send_log from {{ ecommerce_read_name() }}
        union
        select id_send_log from replaced
        union
        select id_send_log from of_contacts

    ),

    all_rows as (

        select row_id, true as is_replaced from replaced
        union all
        select row_id, false from of_contacts
        union all
        select {{ row_id }}, false
        from {{ this }}
        where id_send_log in (select sends.id_send_log from sends)

    )

    select row_id, {{ dbt.bool_or('is_replaced') }} as is_replaced
    from all_rows
    group by row_id
{%- endmacro %}

{#- Every run compares all records of the streams that have lists of ids, and writes changed rows
    only. `changed_at` then shows which orders to compute again. -#}
{{ config(
    materialized='incremental',
    incremental_strategy='merge',
    unique_key=['shop_id', 'stream', 'transaction_id', 'record_id'],
    indexes=ecommerce_indexes(['changed_at'], ['shop_id', 'transaction_id']),
    on_schema_change='append_new_columns',
    post_hook='{{ ecommerce_analyze() }}',
) }}
{#- A list that deletes more records than this, and more than a tenth, has to be confirmed. -#}
{%- set most_deleted = 20 -%}
{%- set no_limit = '9223372036854775807' -%}
{%- set columns = ['transaction_version', 'state', 'amount', 'read_at'] %}

with

id_ranges as (

    select * from {{ ref('shopapp_ecommerce', 'stg_ecommerce__id_ranges') }}

),

ranked_ranges as (

    select
        id_ranges.*,
        min(from_id) over (
            partition by shop_id, stream, list_number
            order by place
            rows between unbounded preceding and 1 preceding
        ) as lowest_before

    from id_ranges

),

-- Ranges that do not continue downwards are left over from an earlier, longer list.
ranges as (

    select
        shop_id,
        stream,
        list_number,
        place,
        from_id,
        least(coalesce(to_id, {{ no_limit }}), coalesce(lowest_before - 1, {{ no_limit }}))
            as to_id,
        ids,
        coalesce(is_confirmed, false) as is_confirmed,
        listed_at

    from ranked_ranges
    where lowest_before is null or from_id < lowest_before

),

lists as (

    select distinct
        shop_id,
        stream,
        list_number

    from ranges

),

raw_transactions as (

    select
        shop_id,
        transaction_id,
        version,
        read_at

    from ({{ ecommerce_raw('transactions', with_read_at=true) | indent(4) }}) as raw_rows
    where
        -- Orders of files have no version of the shop, and are not in its list.
        coalesce(version, 'file-') not like 'file-%'
        and deleted_at is null
        and loader_deleted_at is null

),

raw_refunds as (

    select
        raw_rows.shop_id,
        raw_rows.transaction_id,
        raw_rows.transaction_version,
        raw_rows.refund_id,
        raw_rows.amount,
        raw_rows.read_at

    from ({{ ecommerce_raw('refunds', with_read_at=true) | indent(4) }}) as raw_rows
    inner join raw_transactions
        on raw_rows.shop_id = raw_transactions.shop_id
        and raw_rows.transaction_id = raw_transactions.transaction_id
        and raw_rows.transaction_version = raw_transactions.version

),

{%- for stream, id in {'products': 'product_id', 'customers': 'customer_id'}.items() %}

raw_{{ stream }} as (

    select
        shop_id,
        {{ id }},
        read_at

    from ({{ ecommerce_raw(stream, with_read_at=true) | indent(4) }}) as raw_rows
    where deleted_at is null and loader_deleted_at is null

),
{%- endfor %}

{#- By stream: the raw rows, the record's id, its order's id and version, and its amount. #}
{%- set records = {
    'transactions': ('raw_transactions', 'transaction_id', 'transaction_id', 'version', none),
    'refunds': ('raw_refunds', 'refund_id', 'transaction_id', 'transaction_version', 'amount'),
    'products': ('raw_products', 'product_id', "''", "''", none),
    'customers': ('raw_customers', 'customer_id', "''", "''", none),
} %}

records as (

    {%- for stream, (rows, record_id, transaction_id, version, amount) in records.items() %}
    select
        shop_id,
        '{{ stream }}' as stream,
        {{ transaction_id }} as transaction_id,
        {{ record_id }} as record_id,
        coalesce({{ version }}, '') as transaction_version,
        cast({{ amount or 'null' }} as {{ ecommerce_type('amount') }}) as amount,
        -- Refunds have the ranges of their orders.
        {{ 'transaction_id' if stream == 'refunds' else record_id }} as id_in_range,
        read_at

    from {{ rows }}
    where '{{ stream }}' in (select lists.stream from lists)
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

),

listed_ids as (

    select
        ranges.shop_id,
        ranges.stream,
        ranges.list_number,
        listed.element as record_id

    from ranges
    {{ ecommerce_json_elements('ranges.ids', 'listed') }}

),

-- Records that a list lacks. All others are not missing, and are only counted if many are.
unlisted as (

    select distinct
        records.shop_id,
        records.stream,
        records.record_id

    from records
    inner join lists
        on records.shop_id = lists.shop_id
        and records.stream = lists.stream
    left join listed_ids
        on lists.shop_id = listed_ids.shop_id
        and lists.stream = listed_ids.stream
        and lists.list_number = listed_ids.list_number
        and records.record_id = listed_ids.record_id
    where listed_ids.record_id is null

),

{#- The same steps for the records that a list lacks, and for all records of shops with many. #}
{%- for part in ['unlisted', 'all'] %}
{%- if part == 'all' %}

shops_with_many as (

    select shop_id
    from unlisted_newest
    where
        is_missing
        and not was_missing
        and not is_confirmed
        and not (stream = 'refunds' and is_of_missing_order = 1)
    group by shop_id, stream
    having count(*) > {{ most_deleted }}

),
{%- endif %}

{{ part }}_records as (

    select
        records.*,
        {{ ecommerce_try_cast('records.id_in_range', 'bigint') }} as range_id

    from records
    {%- if part == 'unlisted' %}
    inner join unlisted
        on records.shop_id = unlisted.shop_id
        and records.stream = unlisted.stream
        and records.record_id = unlisted.record_id
    {%- else %}
    where records.shop_id in (select shops_with_many.shop_id from shops_with_many)
    {%- endif %}

),

-- Records once per list, and the listed ids. Window functions follow instead of joins: without
-- statistics about the ranges, Postgres would compare every record with every range.
{{ part }}_with_listed_ids as (

    select
        found.shop_id,
        found.stream,
        lists.list_number,
        found.record_id,
        0 as is_listed,
        found.transaction_id,
        found.transaction_version,
        found.amount,
        found.range_id,
        found.read_at

    from {{ part }}_records as found
    inner join lists
        on found.shop_id = lists.shop_id
        and found.stream = lists.stream
    where found.range_id is not null
    union all
    select
        listed_ids.shop_id,
        listed_ids.stream,
        listed_ids.list_number,
        listed_ids.record_id,
        1,
        cast(null as {{ ecommerce_type('text') }}),
        cast(null as {{ ecommerce_type('text') }}),
        cast(null as {{ ecommerce_type('amount') }}),
        cast(null as {{ ecommerce_type('integer') }}),
        cast(null as {{ ecommerce_type('time') }})

    from listed_ids
    {%- if part == 'unlisted' %}
    inner join unlisted
        on listed_ids.shop_id = unlisted.shop_id
        and listed_ids.stream = unlisted.stream
        and listed_ids.record_id = unlisted.record_id
    {%- else %}
    where listed_ids.shop_id in (select shops_with_many.shop_id from shops_with_many)
    {%- endif %}

),

{{ part }}_looked_up as (

    select
        found.*,
        max(is_listed) over (partition by shop_id, stream, list_number, record_id)
            as was_listed

    from {{ part }}_with_listed_ids as found

),

-- Ranges and records in the order of their ids: the range of a record is the last one before it.
{{ part }}_with_ranges as (

    select
        shop_id,
        stream,
        list_number,
        range_id,
        1 as is_record,
        record_id,
        transaction_id,
        transaction_version,
        amount,
        read_at,
        was_listed,
        cast(null as {{ ecommerce_type('integer') }}) as from_id,
        cast(null as {{ ecommerce_type('integer') }}) as to_id,
        cast(null as {{ ecommerce_type('integer') }}) as place,
        0 as is_confirmed,
        cast(null as {{ ecommerce_type('time') }}) as listed_at

    from {{ part }}_looked_up
    where is_listed = 0
    union all
    select
        shop_id,
        stream,
        list_number,
        from_id as range_id,
        0,
        cast(null as {{ ecommerce_type('text') }}),
        cast(null as {{ ecommerce_type('text') }}),
        cast(null as {{ ecommerce_type('text') }}),
        cast(null as {{ ecommerce_type('amount') }}),
        cast(null as {{ ecommerce_type('time') }}),
        0,
        from_id,
        to_id,
        place,
        case when is_confirmed then 1 else 0 end,
        listed_at

    from ranges

),

{{ part }}_with_start as (

    select
        found.*,
        max(from_id) over (
            partition by shop_id, stream, list_number
            order by range_id, is_record
            rows between unbounded preceding and current row
        ) as start_id

    from {{ part }}_with_ranges as found

),

{{ part }}_in_range as (

    select
        shop_id,
        stream,
        list_number,
        record_id,
        transaction_id,
        transaction_version,
        amount,
        range_id,
        is_record,
        read_at,
        was_listed,
        max(to_id) over by_range as last_id,
        max(place) over by_range as place,
        max(is_confirmed) over by_range as is_confirmed,
        max(listed_at) over by_range as listed_at

    from {{ part }}_with_start
    window by_range as (partition by shop_id, stream, list_number, start_id)

),

-- Records in a range that was listed after they were read.
{{ part }}_compared as (

    select
        shop_id,
        stream,
        list_number,
        record_id,
        transaction_id,
        transaction_version,
        amount,
        read_at,
        place,
        is_confirmed = 1 as is_confirmed,
        listed_at,
        was_listed = 0 as is_missing

    from {{ part }}_in_range
    where
        is_record = 1
        and range_id <= last_id
        and read_at < listed_at

),

{{ part }}_ranked as (

    select
        found.*,
        row_number() over by_record as age,
        coalesce(lead(is_missing) over by_record, false) as was_missing

    from {{ part }}_compared as found
    window by_record as (
        partition by shop_id, stream, transaction_id, record_id
        order by listed_at desc nulls last, list_number desc nulls last
    )

),

-- An order that was deleted as a whole keeps its refunds.
{{ part }}_newest as (

    select
        found.*,
        max(case when stream = 'transactions' and is_missing then 1 else 0 end) over (
            partition by shop_id, transaction_id
        ) as is_of_missing_order

    from {{ part }}_ranked as found
    where age = 1

),
{%- endfor %}

newest as (

    select * from unlisted_newest
    where shop_id not in (select shops_with_many.shop_id from shops_with_many)
    union all
    select * from all_newest

),

counted as (

    select
        newest.*,
        count(case when is_missing and not was_missing and not is_confirmed then 1 end)
            over by_range as range_missing,
        count(*) over by_range as range_count,
        count(case when is_missing and not was_missing and not is_confirmed then 1 end)
            over by_list as list_missing,
        count(*) over by_list as list_count

    from newest
    where not (stream = 'refunds' and is_of_missing_order = 1)
    window
        by_range as (partition by shop_id, stream, list_number, place),
        by_list as (partition by shop_id, stream)

),

missing_records as (

    select
        shop_id,
        stream,
        transaction_id,
        record_id,
        transaction_version,
        case
            when was_missing or is_confirmed then 'deleted'
            {%- for span in ['range', 'list'] %}
            when
                {{ span }}_missing > {{ most_deleted }}
                and {{ span }}_missing * 10 > {{ span }}_count then 'unconfirmed'
            {%- endfor %}
            else 'deleted'
        end as state,
        amount,
        read_at

    from counted
    where is_missing

),

{%- if is_incremental() %}

existing as (

    {{ ecommerce_existing_rows() | indent(4) }}

),

-- A record that is listed again, or was read again, stays in the table as listed.
current_records as (

    select
        coalesce(missing_records.shop_id, existing.shop_id) as shop_id,
        coalesce(missing_records.stream, existing.stream) as stream,
        coalesce(missing_records.transaction_id, existing.transaction_id) as transaction_id,
        coalesce(missing_records.record_id, existing.record_id) as record_id,
        coalesce(missing_records.transaction_version, existing.transaction_version)
            as transaction_version,
        coalesce(missing_records.state, 'listed') as state,
        missing_records.amount,
        missing_records.read_at
        {%- for name in columns %},
        existing.{{ name }} as {{ name }}_before
        {%- endfor %}

    from missing_records
    full outer join existing
        on missing_records.shop_id = existing.shop_id
        and missing_records.stream = existing.stream
        and missing_records.transaction_id = existing.transaction_id
        and missing_records.record_id = existing.record_id

),

changed_records as (

    select * from current_records
    where
        {%- for name in columns %}
        {{ 'or ' if not loop.first }}{{ name }} is distinct from {{ name }}_before
        {%- endfor %}

),
{%- else %}

changed_records as (

    select * from missing_records

),
{%- endif %}

with_changed_at as (

    select
        changed_records.*,
        {{ dbt.current_timestamp() }} as changed_at

    from changed_records

)

{{ ecommerce_typed_rows('with_changed_at') }}
{%- if flags.EMPTY %}
-- If nothing was read, no list is known.
where 1 = 0
{%- endif %}

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

listed_ids as (

    select distinct
        ranges.shop_id,
        ranges.stream,
        ranges.list_number,
        listed.element as record_id

    from ranges
    {{ ecommerce_json_elements('ranges.ids', 'listed') }}

),

raw_transactions as (

    select * from ({{ ecommerce_raw('transactions', with_read_at=true) | indent(4) }}) as raw_rows
    -- Orders of files are not in the list of the shop.
    where coalesce(version, '') not like 'file-%'

),

raw_refunds as (

    select raw_rows.*
    from ({{ ecommerce_raw('refunds', with_read_at=true) | indent(4) }}) as raw_rows
    inner join raw_transactions
        on raw_rows.shop_id = raw_transactions.shop_id
        and raw_rows.transaction_id = raw_transactions.transaction_id
        and raw_rows.transaction_version = raw_transactions.version

),

raw_products as (

    {{ ecommerce_raw('products', with_read_at=true) | indent(4) }}

),

raw_customers as (

    {{ ecommerce_raw('customers', with_read_at=true) | indent(4) }}

),

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
        {{ ecommerce_try_cast(
            'transaction_id' if stream == 'refunds' else record_id, 'bigint'
        ) }} as range_id,
        read_at

    from {{ rows }}
    where '{{ stream }}' in (select lists.stream from lists)
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

),

-- Ranges and records in the order of their ids: the range of a record is the last one before it.
range_starts as (

    select
        shop_id,
        stream,
        list_number,
        from_id as range_id,
        0 as is_record,
        from_id,
        cast(null as {{ ecommerce_type('text') }}) as transaction_id,
        cast(null as {{ ecommerce_type('text') }}) as record_id,
        cast(null as {{ ecommerce_type('text') }}) as transaction_version,
        cast(null as {{ ecommerce_type('amount') }}) as amount,
        cast(null as {{ ecommerce_type('time') }}) as read_at

    from ranges
    union all
    select
        records.shop_id,
        records.stream,
        lists.list_number,
        records.range_id,
        1,
        cast(null as {{ ecommerce_type('integer') }}),
        records.transaction_id,
        records.record_id,
        records.transaction_version,
        records.amount,
        records.read_at

    from records
    inner join lists
        on records.shop_id = lists.shop_id
        and records.stream = lists.stream
    where records.range_id is not null

),

with_range as (

    select
        shop_id,
        stream,
        list_number,
        range_id,
        is_record,
        max(from_id) over (
            partition by shop_id, stream, list_number
            order by range_id, is_record
            rows between unbounded preceding and current row
        ) as from_id,
        transaction_id,
        record_id,
        transaction_version,
        amount,
        read_at

    from range_starts

),

-- Records in a range that was listed after they were read.
compared as (

    select
        with_range.shop_id,
        with_range.stream,
        with_range.transaction_id,
        with_range.record_id,
        with_range.transaction_version,
        with_range.amount,
        with_range.read_at,
        ranges.list_number,
        ranges.place,
        ranges.is_confirmed,
        ranges.listed_at,
        listed_ids.record_id is null as is_missing

    from with_range
    inner join ranges
        on with_range.shop_id = ranges.shop_id
        and with_range.stream = ranges.stream
        and with_range.list_number = ranges.list_number
        and with_range.from_id = ranges.from_id
    left join listed_ids
        on with_range.shop_id = listed_ids.shop_id
        and with_range.stream = listed_ids.stream
        and with_range.list_number = listed_ids.list_number
        and with_range.record_id = listed_ids.record_id
    where
        with_range.is_record = 1
        and with_range.range_id <= ranges.to_id
        and with_range.read_at < ranges.listed_at

),

ranked as (

    select
        compared.*,
        row_number() over by_record as age,
        coalesce(lead(is_missing) over by_record, false) as was_missing

    from compared
    window by_record as (
        partition by shop_id, stream, transaction_id, record_id
        order by listed_at desc nulls last, list_number desc nulls last
    )

),

counted as (

    select
        ranked.*,
        count(case when is_missing and not was_missing and not is_confirmed then 1 end)
            over by_range as range_missing,
        count(*) over by_range as range_count,
        count(case when is_missing and not was_missing and not is_confirmed then 1 end)
            over by_list as list_missing,
        count(*) over by_list as list_count

    from ranked
    where age = 1
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

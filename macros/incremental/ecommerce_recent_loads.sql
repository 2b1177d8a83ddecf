{#-
  Raw rows that were loaded since the last build. A loader can commit batches out of order, so a build
  reads the last ten minutes before the newest load again, except the rows that the last build has
  seen: int_ecommerce__recent_loads.

  ecommerce_log_recent_loads: hook that stores the rows of these ten minutes, before the candidates are
  read. So a row that is committed in between is read again by the next build.
  ecommerce_forget_recent_loads: hook that deletes the rows of earlier builds.
  ecommerce_new_rows: select of the keys of the rows of a stream that this run has to read. `since`
  is the result of ecommerce_read_since.
-#}
{% macro ecommerce_log_recent_loads() %}
    {%- set log = ecommerce_table('ecommerce_run_log') -%}
    {%- set loads = ecommerce_table('int_ecommerce__recent_loads') -%}
    {%- if log and loads and not flags.EMPTY %}
    insert into {{ loads }} (read_at, stream, shop_id, transaction_id, record_id, loaded_at)
    select
        horizon.read_at,
        recent_rows.stream,
        recent_rows.shop_id,
        recent_rows.transaction_id,
        recent_rows.record_id,
        recent_rows.loaded_at
    from (
        select read_at, {{ dbt.dateadd('minute', -10, 'loaded_until') }} as loaded_from
        from {{ log }}
        where model = '{{ model.name }}'
        order by read_at desc nulls last
        limit 1
    ) as horizon
    inner join (
        {%- for stream, record_id in _ecommerce_loaded_streams().items() %}
        select
            '{{ stream }}' as stream,
            shop_id,
            {{ 'cast(null as ' ~ ecommerce_type('text') ~ ')' if stream == 'customers' else 'transaction_id' }}
                as transaction_id,
            {{ record_id or 'cast(null as ' ~ ecommerce_type('text') ~ ')' }} as record_id,
            loaded_at
        from ({{ ecommerce_raw(stream) | indent(12) }}) as raw_rows
        {{ 'union all' if not loop.last }}
        {%- endfor %}
    ) as recent_rows
        on recent_rows.loaded_at > horizon.loaded_from
    {%- endif %}
{% endmacro %}

{% macro ecommerce_forget_recent_loads() %}
    {%- set loads = ecommerce_table('int_ecommerce__recent_loads') -%}
    {%- if loads and not flags.EMPTY %}
    {%- set query -%}
        select distinct read_at
        from {{ loads }}
        where read_at < (select max(newest.read_at) from {{ loads }} as newest)
    {%- endset %}
    {{ ecommerce_delete_rows(loads, ['read_at'], query) }}
    {%- endif %}
{% endmacro %}

{% macro ecommerce_new_rows(stream, since) %}
    {%- set record_id = _ecommerce_loaded_streams()[stream] -%}
    {%- set key = 'customer_id' if stream == 'customers' else 'transaction_id' -%}
    {%- set loads = ecommerce_table('int_ecommerce__recent_loads') -%}
    select
        raw_rows.shop_id,
        raw_rows.{{ key }}

    from ({{ ecommerce_raw(stream) | indent(4) }}) as raw_rows
    {%- if loads and since.read_at %}
    left join {{ loads }} as known
        on known.read_at = {{ since.read_at }}
        and known.stream = '{{ stream }}'
        and raw_rows.shop_id = known.shop_id
        {%- if stream != 'customers' %}
        and raw_rows.transaction_id = known.transaction_id
        {%- endif %}
        {%- if record_id %}
        and raw_rows.{{ record_id }} = known.record_id
        {%- endif %}
        and raw_rows.loaded_at = known.loaded_at
    {%- endif %}
    where
        raw_rows.loaded_at is null
        or (
            raw_rows.loaded_at > {{ since.loaded_at }}
            {%- if loads and since.read_at %}
            and known.stream is null
            {%- endif %}
        )
{%- endmacro %}

{#- The streams whose new rows change orders, and the ids of their rows within an order. -#}
{% macro _ecommerce_loaded_streams() %}
    {{- return({
        'transactions': none, 'items': 'item_id', 'refunds': 'refund_id', 'sales_events': 'event_id',
        'deleted_transactions': none, 'customers': 'customer_id',
    }) -}}
{% endmacro %}

{#- The runs of the last week. Never rebuilt, because no other relation has this data. The macro
    ecommerce_log_run writes its rows, in the same transaction as the model that they report. The
    command `ecommerce audit` writes its outcome. -#}
{{ config(full_refresh=false) }}

select
    cast(null as {{ ecommerce_type('text') }}) as model,
    cast(null as {{ ecommerce_type('text') }}) as invocation_id,
    cast(null as {{ ecommerce_type('time') }}) as read_at,
    cast(null as {{ ecommerce_type('time') }}) as loaded_until,
    cast(null as {{ ecommerce_type('text') }}) as settings_hash,
    cast(null as {{ ecommerce_type('integer') }}) as position,
    cast(null as {{ ecommerce_type('time') }}) as compared_at,
    cast(null as {{ ecommerce_type('integer') }}) as test_count,
    cast(null as {{ ecommerce_type('integer') }}) as difference_count
where 1 = 0

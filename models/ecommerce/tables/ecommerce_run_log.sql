{#- History by nature: what each run saw. Never rebuilt, since nothing could rebuild it. Its rows
    are written by the macro ecommerce_log_run, in the transaction of what they report. -#}
{{ config(full_refresh=false) }}

select
    cast(null as text) as model,
    cast(null as text) as invocation_id,
    cast(null as timestamptz) as read_at,
    cast(null as timestamptz) as loaded_until,
    cast(null as text) as settings_hash
where 1 = 0

{#- Never rebuilt: the next build reads the rows that this build has not seen. The hooks of
    int_ecommerce__transaction_candidates write its rows. -#}
{{ config(
    materialized='incremental',
    full_refresh=false,
    on_schema_change='append_new_columns',
) }}
select
    cast(null as {{ ecommerce_type('time') }}) as read_at,
    cast(null as {{ ecommerce_type('text') }}) as stream,
    cast(null as {{ ecommerce_type('text') }}) as shop_id,
    cast(null as {{ ecommerce_type('text') }}) as transaction_id,
    cast(null as {{ ecommerce_type('text') }}) as record_id,
    cast(null as {{ ecommerce_type('time') }}) as loaded_at
where 1 = 0

{#- Days outside of this range have no orders: computers count time from 1970, and a custom rate can
    be valid for ever. -#}
{{ config(
    materialized='table',
    indexes=ecommerce_indexes(['day']),
    post_hook='{{ ecommerce_analyze() }}',
) }}

with

bounds as (

    select
        date '1970-01-01' as first_day,
        {{ ecommerce_latest_day() }} + 1096 as last_day

),

days as (

    select {{ ecommerce_days('first_day', 'last_day') }} as day
    from bounds

)

select * from days

{%- set without_zone = {
    'postgres': 'timestamp without time zone', 'duckdb': 'timestamp', 'spark': 'timestamp_ntz'
}[target.type] -%}
select
    name,
    {{ ecommerce_utc_text(ecommerce_cast('value', 'text', 'timestamp')) }} as as_time,
    {{ ecommerce_utc_text(ecommerce_cast(
        'cast(value as ' ~ without_zone ~ ')', without_zone, 'timestamp'
    )) }} as as_time_without_zone

from {{ ref('shopapp_ecommerce', 'text_cases') }}

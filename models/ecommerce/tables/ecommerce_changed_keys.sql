{#- Never rebuilt, because the statistics would miss the changes of earlier runs. The macros in
    ecommerce_changed_keys.sql write its rows. The first row tells the statistics of an earlier
    version that everything changed. -#}
{{ config(
    full_refresh=false,
    indexes=ecommerce_indexes(['sequence']),
) }}
{#- Positions in the log can be of a table that was dropped. #}
select
    cast(coalesce(max(position), 0) + 1 as {{ ecommerce_type('integer') }}) as sequence,
    cast('all' as {{ ecommerce_type('text') }}) as kind,
    cast(null as {{ ecommerce_type('text') }}) as id_shop,
    cast(null as date) as day,
    cast(null as {{ ecommerce_type('text') }}) as key
from {{ ref('shopapp_ecommerce', 'ecommerce_run_log') }}
{%- if is_incremental() or flags.EMPTY %}
having 1 = 0
{%- endif %}

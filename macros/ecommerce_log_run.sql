{#-
  Hooks that keep ecommerce_run_log. `ecommerce_log_horizon` runs before the candidates are read
  and notes how far raw reaches (noted before, so that what is loaded meanwhile is read again and
  never skipped); `ecommerce_log_run` follows each model that was built from the candidates, in
  the same transaction: the log tells no more than what was committed.
-#}
{% macro ecommerce_log_horizon() %}
    insert into {{ ref('shopapp_ecommerce', 'ecommerce_run_log') }}
        (model, invocation_id, read_at, loaded_until, settings_hash)
    select
        '{{ this.identifier }}',
        '{{ invocation_id }}',
        now(),
        (select max(loaded_at) from {{ ref('shopapp_ecommerce', 'stg_ecommerce__transactions') }}),
        {{ ecommerce_settings_hash() }}
{% endmacro %}

{% macro ecommerce_log_run() %}
    insert into {{ ref('shopapp_ecommerce', 'ecommerce_run_log') }}
        (model, invocation_id, read_at, loaded_until, settings_hash)
    select
        '{{ this.identifier }}',
        '{{ invocation_id }}',
        read_at,
        loaded_until,
        settings_hash

    from {{ ref('shopapp_ecommerce', 'ecommerce_run_log') }}
    where
        model = '{{
            ref("shopapp_ecommerce", "int_ecommerce__transaction_candidates").identifier
        }}'
    order by read_at desc
    limit 1
{% endmacro %}

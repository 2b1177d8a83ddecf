{#-
  Hooks that write ecommerce_run_log. `ecommerce_log_horizon` runs before the candidates are read
  and notes how far raw reaches: what is loaded during the build is read again by the next one.
  `ecommerce_log_run` follows each model that is built from the candidates, in the same
  transaction, so that the log never reports more than what was committed. If the settings have
  changed since the candidates were read, the log has no hash of them, and the next build reads
  every order.

  Both write only where the log is a table of the current target.
-#}
{% macro ecommerce_log_horizon() %}
    {%- set settings_hash = ecommerce_settings_hash() -%}
    {%- set transactions = ref('shopapp_ecommerce', 'stg_ecommerce__transactions') -%}
    {%- set log = ecommerce_table('ecommerce_run_log') -%}
    {%- if log %}
    insert into {{ log }} (model, invocation_id, read_at, loaded_until, settings_hash)
    select
        '{{ model.name }}',
        '{{ invocation_id }}',
        now(),
        (select max(loaded_at) from {{ transactions }}),
        {{ settings_hash }}
    {%- endif %}
{% endmacro %}

{% macro ecommerce_log_run() %}
    {%- set settings_hash = ecommerce_settings_hash() -%}
    {%- set log = ecommerce_table('ecommerce_run_log') -%}
    {%- if log %}
    insert into {{ log }} (model, invocation_id, read_at, loaded_until, settings_hash)
    select
        '{{ model.name }}',
        '{{ invocation_id }}',
        read_at,
        loaded_until,
        case when settings_hash = {{ settings_hash }} then settings_hash end

    from {{ log }}
    where model = 'int_ecommerce__transaction_candidates'
    order by read_at desc nulls last
    limit 1
    {%- endif %}
{% endmacro %}

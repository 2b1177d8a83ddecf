{#-
  Hooks that write ecommerce_run_log. `ecommerce_log_horizon` runs before the candidates are read
  and stores the latest load time of the raw tables; the next build reads rows again that are
  loaded during this build. `ecommerce_log_run` runs after each model that is built from the
  candidates, in the same transaction, so the log never contains more than was committed. If the
  settings changed since the candidates were read, the log has no settings hash, and the next
  build reads every order.

  ecommerce_forget_runs: hook that deletes rows after a week, except the last row of each model.

  All do nothing if the log is not a table of the current target.
-#}
{% macro ecommerce_log_horizon() %}
    {%- set settings_hash = ecommerce_settings_hash() -%}
    {%- set log = ecommerce_table('ecommerce_run_log') -%}
    {%- if log %}
    insert into {{ log }} (model, invocation_id, read_at, loaded_until, settings_hash)
    select
        '{{ model.name }}',
        '{{ invocation_id }}',
        {{ dbt.current_timestamp() }},
        (select max(loaded_at) from ({{ ecommerce_raw('transactions') | indent(8) }}) as raw_rows),
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

{% macro ecommerce_forget_runs() %}
    {%- set log = ecommerce_table('ecommerce_run_log') -%}
    {%- if log %}
    {%- set query -%}
        select distinct runs.model, runs.read_at
        from {{ log }} as runs
        inner join (
            select model, max(read_at) as read_at
            from {{ log }}
            group by model
        ) as last_runs
            on runs.model = last_runs.model
        where
            runs.read_at < last_runs.read_at
            and runs.read_at < {{ dbt.dateadd('day', -7, dbt.current_timestamp()) }}
    {%- endset %}
    {{ ecommerce_delete_rows(log, ['model', 'read_at'], query) }}
    {%- endif -%}
{% endmacro %}

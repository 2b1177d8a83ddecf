{#-
  Earliest load and change times that this run reads, as {loaded_at, changed_at, read_at}, SQL
  literals: the earliest times in the newest log rows of all models that are built from the
  candidates. read_at is when the last build began to read, if all these models were built from its
  candidates; else none. Returns none if every order has to be read: a model has no log row, its newest rows
  were computed with other settings, columns of its table differ, or the log is not a table of the
  current target.
-#}
{% macro ecommerce_read_since() %}
    {%- set settings_hash = ecommerce_settings_hash() -%}
    {%- set models = _ecommerce_candidate_models() -%}
    {%- set log = ecommerce_table('ecommerce_run_log') -%}
    {%- if not log -%}
        {{- return(none) -}}
    {%- endif -%}
    {%- for name in models if ecommerce_columns_differ(name) -%}
        {{- return(none) -}}
    {%- endfor -%}
    {%- set query -%}
        with ranked as (

            select
                model,
                read_at,
                loaded_until,
                settings_hash,
                -- Two runs with the same candidates have the same read_at, and both count.
                rank() over (partition by model order by read_at desc nulls last) as age

            from {{ log }}
            where model in ('{{ models | join("', '") }}')

        )

        select
            -- Loaders can commit batches out of order.
            {{ ecommerce_utc_text(dbt.dateadd('minute', -10, 'min(loaded_until)')) }},
            {{ ecommerce_utc_text('min(read_at)') }},
            min(read_at) = max(read_at)

        from ranked
        where age = 1
        having
            count(distinct model) = {{ models | length }}
            and count(loaded_until) = count(*)
            and count(case when settings_hash = {{ settings_hash }} then 1 end) = count(*)
    {%- endset -%}
    {%- for row in run_query(query).rows -%}
        {{- return({
            'loaded_at': "cast('" ~ row[0] ~ "' as " ~ ecommerce_type('time') ~ ")",
            'changed_at': "cast('" ~ row[1] ~ "' as " ~ ecommerce_type('time') ~ ")",
            'read_at': "cast('" ~ row[1] ~ "' as " ~ ecommerce_type('time') ~ ")" if row[2] else none,
        }) -}}
    {%- endfor -%}
    {{- return(none) -}}
{% endmacro %}

{% macro _ecommerce_candidate_models() %}
    {%- set models = ['ECommerce_Transaction', 'ecommerce_rejects', 'ecommerce_sales_ledger'] -%}
    {%- if ecommerce_is_on('products') -%}
        {%- do models.append('int_ecommerce__products_inferred') -%}
    {%- endif -%}
    {%- if ecommerce_is_on('items') -%}
        {%- do models.extend(['ecommerce_item_references', 'ECommerce_Item']) -%}
    {%- endif -%}
    {{- return(models) -}}
{% endmacro %}

{#-
  From where on this run has to read, as {loaded_at, changed_at}, two SQL literals: the least
  over the models that are built from the candidates, from the log. None where any of them was
  never built, or was built with other settings: then every order is to be read.
-#}
{% macro ecommerce_read_since() %}
    {%- set models = ['ECommerce_Transaction', 'ecommerce_rejects'] -%}
    {%- if ecommerce_is_on('items') %}{% do models.append('ECommerce_Item') %}{% endif -%}
    {%- set log = ref('shopapp_ecommerce', 'ecommerce_run_log') -%}
    {%- if not execute or not load_relation(log) -%}
        {{- return(none) -}}
    {%- endif -%}
    {%- set query -%}
        with last_runs as (

            select distinct on (model)
                loaded_until,
                read_at

            from {{ log }}
            where
                model in ('{{ models | join("', '") }}')
                and settings_hash = {{ ecommerce_settings_hash() }}
            order by model asc, read_at desc

        )

        select
            -- Loaders write in batches that may be committed out of order.
            cast(min(loaded_until) - interval '10 minutes' as text),
            cast(min(read_at) as text)

        from last_runs
        having count(*) = {{ models | length }} and count(loaded_until) = count(*)
    {%- endset -%}
    {%- for row in run_query(query).rows -%}
        {{- return({
            'loaded_at': "cast('" ~ row[0] ~ "' as timestamptz)",
            'changed_at': "cast('" ~ row[1] ~ "' as timestamptz)",
        }) -}}
    {%- endfor -%}
    {{- return(none) -}}
{% endmacro %}

{#-
  The part of a maintained table (materialization ecommerce_maintained) that a run computes.

  ecommerce_scope: none if the run computes all rows. Otherwise the sequences {since, until} of
  ecommerce_changed_keys: rows with keys of this range are computed. A table that failed or was left
  out of a run has an earlier position, so it catches up.

  ecommerce_scope_name: name of the temporary table with these keys. It exists while the model's SQL
  runs. Its columns are named in the model's `meta.scope.columns`.

  ecommerce_rows_in_scope: subquery with the rows of a relation whose columns are in the scope, in
  the order of `meta.scope.columns`; all rows without a scope. If `meta.scope.with_null` is set, rows
  whose last column is null are always included. row_id: column that is returned as row_id.

  ecommerce_order_rows_in_scope: the same for a view with shop_id and transaction_id, of which Postgres
  reads only these orders. The scope has the columns id_transaction and id_shop, and contains the
  candidates of all runs in its range.

  `meta.scope.kind` is a kind of ecommerce_changed_keys; or `candidates`, for the orders in
  int_ecommerce__transaction_candidates; or `orders_of_buyers`, for changed orders and all other orders
  of their buyers.
-#}
{% macro ecommerce_scope() %}
    {#- Unit tests have no materialization, and only builds create the temporary table. -#}
    {%- if not execute or model.config.materialized != 'ecommerce_maintained'
        or flags.WHICH not in ['run', 'build'] or flags.EMPTY -%}
        {{- return(none) -}}
    {%- endif -%}
    {#- All calls of a model need the same range. dbt's graph is shared by the models of a run. -#}
    {%- set key = 'shopapp_ecommerce_scope ' ~ invocation_id ~ ' ' ~ model.unique_id -%}
    {%- if key not in graph -%}
        {%- do graph.setdefault(key, {'range': _ecommerce_changed_range()}) -%}
    {%- endif -%}
    {%- set range = graph[key].range -%}
    {{- return(range if range and range.since is not none and model.config.meta.get('scope') else none) -}}
{% endmacro %}

{% macro ecommerce_scope_name() %}
    {{- return(model.alias ~ '__scope') -}}
{% endmacro %}

{% macro ecommerce_rows_in_scope(relation, columns, row_id=none) %}
    {%- set scope = ecommerce_scope() -%}
    {%- if not scope -%}
    (select {{ 'relation_rows.' ~ row_id ~ ' as row_id, ' if row_id }}relation_rows.* from {{ relation }} as relation_rows)
    {%- else -%}
    (
        select {{ 'relation_rows.' ~ row_id ~ ' as row_id, ' if row_id }}relation_rows.*
        from {{ relation }} as relation_rows
        inner join {{ ecommerce_scope_name() }} as scope
            on {% for name in columns -%}
                relation_rows.{{ name }} = scope.{{ model.config.meta.scope.columns[loop.index0] }}
                {{- ' and ' if not loop.last }}
            {%- endfor %}
        {%- if model.config.meta.scope.get('with_null') %}
        union all
        select {{ 'relation_rows.' ~ row_id ~ ' as row_id, ' if row_id }}relation_rows.*
        from {{ relation }} as relation_rows
        where relation_rows.{{ columns[-1] }} is null
        {%- endif %}
    )
    {%- endif -%}
{% endmacro %}

{% macro ecommerce_order_rows_in_scope(view_name) %}
    {%- set view = ref('shopapp_ecommerce', view_name) -%}
    {%- if not ecommerce_scope() -%}
    (select * from {{ view }})
    {%- else -%}
        {%- set orders -%}
    (
        select
            id_shop as shop_id,
            {{ ecommerce_record_id('id_shop', 'id_transaction') }} as transaction_id
        from {{ ecommerce_scope_name() }}
    )
        {%- endset -%}
        {{- adapter.dispatch('ecommerce_candidate_rows', 'shopapp_ecommerce')(
            view.render(), orders
        ) -}}
    {%- endif -%}
{% endmacro %}

{#- The range of sequences to read; `since` is none if all rows have to be computed. None if the
    target has no run log or no changed keys. -#}
{% macro _ecommerce_changed_range() %}
    {%- set log = ecommerce_table('ecommerce_run_log') -%}
    {%- set keys = ecommerce_table('ecommerce_changed_keys') -%}
    {%- if not log or not keys or ecommerce_columns_differ('ecommerce_run_log') -%}
        {{- return(none) -}}
    {%- endif -%}
    {%- set last = run_query(
        "select coalesce(max(sequence), 0), coalesce(max(case when kind = 'all' then sequence end), 0) from "
        ~ keys
    ).rows[0] -%}
    {%- if model.config.meta.get('scope', {}).kind == 'candidates' -%}
        {%- set is_whole = not ecommerce_read_since() -%}
        {%- set since = 0 -%}
    {%- else -%}
        {%- set since = _ecommerce_positions(log).get(model.name) -%}
        {%- set is_whole = since is none or since < last[1] -%}
    {%- endif -%}
    {%- if is_whole or should_full_refresh() or not load_cached_relation(this)
        or ecommerce_columns_differ(model.name) or not _ecommerce_has_inputs() -%}
        {%- set since = none -%}
    {%- endif -%}
    {{- return({'since': since, 'until': last[0]}) -}}
{% endmacro %}

{#- Whether all tables that write changed keys for this model are in the current target. With
    `--defer`, dbt can read them in another one. -#}
{% macro _ecommerce_has_inputs() %}
    {%- for id in model.depends_on.nodes if id.startswith('model.shopapp_ecommerce.') -%}
        {%- if not ecommerce_relation(id.split('.')[-1]) -%}
            {{- return(false) -}}
        {%- endif -%}
    {%- endfor -%}
    {{- return(true) -}}
{% endmacro %}

{#- Positions by model, if it was computed with the current settings. -#}
{% macro _ecommerce_positions(log) %}
    {%- set query -%}
        with ranked as (

            select
                model,
                position,
                settings_hash,
                row_number() over (partition by model order by read_at desc nulls last, position desc) as age

            from {{ log }}
            where position is not null

        )

        select model, position from ranked
        where age = 1 and (model <> '{{ model.name }}' or settings_hash = '{{ _ecommerce_statistics_hash() }}')
    {%- endset -%}
    {%- set positions = {} -%}
    {%- for row in run_query(query).rows -%}
        {%- do positions.update({row[0]: row[1] | int}) -%}
    {%- endfor -%}
    {{- return(positions) -}}
{% endmacro %}

{#- Hash of all settings and of the model. Increase `version` if a macro of the statistics changes
    their figures. -#}
{% macro _ecommerce_statistics_hash() %}
    {%- set settings = [{'version': 1}, model.raw_code] -%}
    {%- for name in [
        'ecommerce_currency', 'ecommerce_id_format', 'ecommerce_returns_on', 'ecommerce_rate_date',
        'ecommerce_attribution_windows', 'ecommerce_attribution_opens', 'ecommerce_items',
        'ecommerce_products', 'ecommerce_categories', 'ecommerce_contacts_id_type',
    ] -%}
        {%- do settings.append(ecommerce_setting(name)) -%}
    {%- endfor -%}
    {{- return(local_md5(tojson(settings))) -}}
{% endmacro %}

{#- Query with the keys in the scope. -#}
{% macro _ecommerce_scope_query(scope) %}
    {%- set kind, columns = model.config.meta.scope.kind, model.config.meta.scope.columns -%}
    {%- if kind == 'candidates' -%}
        select id_transaction from {{ ecommerce_table('int_ecommerce__transaction_candidates') }}
    {%- elif kind == 'orders_of_buyers' -%}
        {{ ecommerce_orders_of_buyers(_ecommerce_keys_in_scope('order', ['id_transaction'], scope)) }}
    {%- else -%}
        {{ _ecommerce_keys_in_scope(kind, columns, scope) }}
    {%- endif -%}
{% endmacro %}

{% macro _ecommerce_keys_in_scope(kind, columns, scope) %}
    {%- set sources = ['id_shop', 'day'] if kind == 'day' else ['key', 'id_shop'] %}
    select distinct
    {%- for name in columns %}
        {{ sources[loop.index0] }} as {{ name }}{{ ',' if not loop.last }}
    {%- endfor %}

    from {{ ecommerce_table('ecommerce_changed_keys') }}
    where
        kind = '{{ kind }}'
        and sequence > {{ scope.since }}
        and sequence <= {{ scope.until }}
        {%- if kind != 'day' and 'id_shop' in columns %}
        and id_shop is not null
        {%- endif %}
{%- endmacro %}

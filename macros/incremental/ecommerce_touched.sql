{#-
  The part of the tables that data tests read. A normal build tests what it changed, so that its
  cost does not grow with history. `ecommerce audit` tests everything.

  ecommerce_touched_since: the sequence of ecommerce_changed_keys after which keys are tested: the
  least position that a table had before the last candidates were read. So rows are tested, too, that
  an earlier run changed in part before it failed. None if everything is tested: with the dbt
  var ecommerce_audit, after a run that read all orders, and without positions.

  ecommerce_touched_rows: subquery with the rows of a relation that have such keys. The columns of
  the keys are the shop and the day for kind `day`, and one column for other kinds. Rows without a
  day, contact or product are left out, because all of them together can be a large part of a table.

  ecommerce_touched_orders: the same for a view with shop_id and transaction_id, of which Postgres reads
  only these orders.

  ecommerce_is_whole_test: whether everything is tested. Tests of sums of whole tables have no rows
  otherwise.
-#}
{% macro ecommerce_touched_rows(relation, kind, columns) %}
    {#- With `--empty`, a ref is a subquery with an alias. -#}
    {%- if relation is not string -%}
        {%- set relation = '(select * from ' ~ relation ~ ')' -%}
    {%- endif -%}
    {%- set since = ecommerce_touched_since() -%}
    {%- if since is none -%}
    (select tested_rows.* from {{ relation }} as tested_rows)
    {%- else -%}
        {%- set sources = ['id_shop', 'day'] if kind == 'day' else ['key'] -%}
        {%- set type = ecommerce_type('text') %}
    (
        select tested_rows.*
        from {{ relation }} as tested_rows
        inner join (
            select distinct {{ sources | join(', ') }}
            from {{ ecommerce_table('ecommerce_changed_keys') }}
            where
                kind = '{{ kind }}'
                and sequence > {{ since }}
        ) as touched
            on {% for column in columns -%}
                {{ 'cast(tested_rows.' ~ column ~ ' as ' ~ type ~ ')' if kind == 'contact'
                    else 'tested_rows.' ~ column }} = touched.{{ sources[loop.index0] }}
                {{- ' and ' if not loop.last }}
            {%- endfor %}
    )
    {%- endif -%}
{% endmacro %}

{% macro ecommerce_touched_orders(view_name) %}
    {%- set since = ecommerce_touched_since() -%}
    {%- set view = ref('shopapp_ecommerce', view_name) -%}
    {%- if since is none -%}
    (select * from {{ view }})
    {%- else -%}
        {%- set orders -%}
    (
        select distinct
            id_shop as shop_id,
            {{ ecommerce_record_id('id_shop', 'key') }} as transaction_id
        from {{ ecommerce_table('ecommerce_changed_keys') }}
        where
            kind = 'order'
            and id_shop is not null
            and sequence > {{ since }}
    )
        {%- endset -%}
        {{- adapter.dispatch('ecommerce_candidate_rows', 'shopapp_ecommerce')(
            view.render(), orders
        ) -}}
    {%- endif -%}
{% endmacro %}

{% macro ecommerce_is_whole_test() %}
    {{- return(ecommerce_touched_since() is none) -}}
{% endmacro %}

{% macro ecommerce_touched_since() %}
    {%- if not execute or flags.WHICH not in ['build', 'test'] or flags.EMPTY
        or var('ecommerce_audit', false) -%}
        {{- return(none) -}}
    {%- endif -%}
    {%- set log = ecommerce_table('ecommerce_run_log') -%}
    {%- set keys = ecommerce_table('ecommerce_changed_keys') -%}
    {%- if not log or not keys or ecommerce_columns_differ('ecommerce_run_log') -%}
        {{- return(none) -}}
    {%- endif -%}
    {#- All tests of a build have the same range, once its candidates are read. -#}
    {%- set last = run_query(
        "select max(read_at) as read_at from " ~ log
        ~ " where model = 'int_ecommerce__transaction_candidates'"
    ).rows[0][0] -%}
    {%- set cached = 'shopapp_ecommerce_touched ' ~ invocation_id ~ ' ' ~ last -%}
    {%- if cached not in graph -%}
        {%- do graph.setdefault(cached, {'since': _ecommerce_touched_since(log, keys)}) -%}
    {%- endif -%}
    {{- return(graph[cached].since) -}}
{% endmacro %}

{% macro _ecommerce_touched_since(log, keys) %}
    {#- Tables without a scope read all rows. The other kinds of scopes have no positions. -#}
    {%- set maintained = {} -%}
    {%- for node in graph.nodes.values()
        if node.package_name == 'shopapp_ecommerce'
        and node.config.materialized == 'ecommerce_maintained'
        and node.config.meta.get('scope')
        and node.config.meta.scope.kind not in ['candidates', 'inferred_products', 'interactions'] -%}
        {%- do maintained.update({node.name: node}) -%}
    {%- endfor -%}
    {%- set query -%}
        select
            runs.model,
            max(runs.position) as position

        from {{ log }} as runs
        cross join (
            select max(read_at) as read_at
            from {{ log }}
            where model = 'int_ecommerce__transaction_candidates'
        ) as started
        where
            runs.read_at < started.read_at
            and runs.position is not null
            and runs.model in ('{{ maintained | join("', '") }}')
        group by runs.model
    {%- endset -%}
    {%- set whole = {} -%}
    {%- for row in run_query(
        "select coalesce(key, ''), max(sequence) from " ~ keys ~ " where kind = 'all' group by key"
    ).rows -%}
        {%- do whole.update({row[0]: row[1]}) -%}
    {%- endfor -%}
    {%- set positions = [] -%}
    {%- for row in run_query(query).rows -%}
        {%- for name in _ecommerce_ancestors(maintained[row[0]]) if row[1] < whole.get(name, 0) -%}
            {{- return(none) -}}
        {%- endfor -%}
        {%- do positions.append(row[1] | int) -%}
    {%- endfor -%}
    {{- return(positions | min if positions and positions | length == maintained | length else none) -}}
{% endmacro %}

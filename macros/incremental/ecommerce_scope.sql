{#-
  The part of a maintained table (materialization ecommerce_maintained) that a run computes.

  ecommerce_scope: none if the run computes all rows. Otherwise the sequences {since, until} of
  ecommerce_changed_keys: rows with keys of this range are computed. A table that failed or was left
  out of a run has an earlier position, so it catches up.

  ecommerce_scope_name: name of the temporary table with these keys. It exists while the model's SQL
  runs. Its columns are named in the model's `meta.scope.columns`.

  ecommerce_rows_in_scope: subquery with the rows of a relation whose columns are in the scope, in
  the order of `meta.scope.columns`; all rows without a scope. If `meta.scope.with_null` is set, rows
  whose last column is null are always included, unless the argument with_null is false. row_id:
  column that is returned as row_id.

  ecommerce_order_rows_in_scope: the same for a view with shop_id and transaction_id, of which Postgres
  reads only these orders. The scope has the columns id_transaction and id_shop, and contains the
  candidates of all runs in its range; or its kind is `candidates`.

  `meta.scope.kind` is a kind of ecommerce_changed_keys; or `candidates`, for the orders in
  int_ecommerce__transaction_candidates; or `inferred_products`, for products of their lines; or `orders_of_buyers`, for changed orders and all other orders
  of their buyers; or `days_of_memberships`, for changed days and all days on which a product was sold
  whose categories changed; or `month`, for the months of changed days, as the first day of each; or
  `attributed_orders`, for orders that another campaign can have; or `interactions`, for rows of the
  mirror itself.

  If `meta.scope.with_others` is set, the model's SQL can also return rows that are not in the scope.
  Such a row replaces the row with the same `meta.scope.columns`. So a model whose rows depend on all
  other rows, such as a rank, returns only the rows whose rank changed.
-#}
{% macro ecommerce_scope() %}
    {#- Unit tests have no materialization, and only builds create the temporary table. -#}
    {%- if not execute or model.config.materialized != 'ecommerce_maintained'
        or not model.config.meta.get('scope') or flags.WHICH not in ['run', 'build'] or flags.EMPTY
        or var('ecommerce_audit', false) -%}
        {{- return(none) -}}
    {%- endif -%}
    {#- All calls of a model need the same range. dbt's graph is shared by the models of a run. -#}
    {%- set key = 'shopapp_ecommerce_scope ' ~ invocation_id ~ ' ' ~ model.unique_id -%}
    {%- if key not in graph -%}
        {%- do graph.setdefault(key, {'range': _ecommerce_changed_range()}) -%}
    {%- endif -%}
    {%- set range = graph[key].range -%}
    {{- return(range if range and range.since is not none else none) -}}
{% endmacro %}

{% macro ecommerce_scope_name() %}
    {{- return(model.alias ~ '__scope') -}}
{% endmacro %}

{% macro ecommerce_rows_in_scope(relation, columns, row_id=none, with_null=true) %}
    {%- set scope = ecommerce_scope() -%}
    {#- With `--empty`, a ref is a subquery with an alias. -#}
    {%- if relation is not string and not row_id -%}
        {%- set relation = '(select * from ' ~ relation ~ ')' -%}
    {%- endif -%}
    {%- if not scope -%}
    (select {{ 'relation_rows.' ~ row_id ~ ' as row_id, ' if row_id }}relation_rows.* from {{ relation }} as relation_rows)
    {%- else -%}
    (
        select {{ 'relation_rows.' ~ row_id ~ ' as row_id, ' if row_id }}relation_rows.*
        from {{ relation }} as relation_rows
        inner join {{ ecommerce_scope_name() }} as scope
            on {% for name in columns -%}
                relation_rows.{{ ecommerce_quote(name) }}
                = scope.{{ ecommerce_quote(model.config.meta.scope.columns[loop.index0]) }}
                {{- ' and ' if not loop.last }}
            {%- endfor %}
        {%- if with_null and model.config.meta.scope.get('with_null') %}
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
    {%- if model.config.meta.scope.kind == 'candidates' -%}
    {{ ecommerce_scope_name() }}
    {%- else -%}
    (
        select
            id_shop as shop_id,
            {{ ecommerce_record_id('id_shop', 'id_transaction') }} as transaction_id
        from {{ ecommerce_scope_name() }}
    )
    {%- endif -%}
        {%- endset -%}
        {{- adapter.dispatch('ecommerce_candidate_rows', 'shopapp_ecommerce')(
            view.render(), orders
        ) -}}
    {%- endif -%}
{% endmacro %}

{#- Whether the scope derives from the candidates of this run, and not from ecommerce_changed_keys. -#}
{% macro _ecommerce_reads_candidates() %}
    {{- return(model.config.meta.get('scope', {}).kind in ['candidates', 'inferred_products']) -}}
{% endmacro %}

{#- The range of sequences to read; `since` is none if all rows have to be computed. None if the
    target has no run log or no changed keys. -#}
{% macro _ecommerce_changed_range() %}
    {%- set log = ecommerce_table('ecommerce_run_log') -%}
    {%- set keys = ecommerce_table('ecommerce_changed_keys') -%}
    {%- if not log or not keys or ecommerce_columns_differ('ecommerce_run_log') -%}
        {{- return(none) -}}
    {%- endif -%}
    {%- if _ecommerce_is_mirror() -%}
        {{- return(_ecommerce_interactions_range(log)) -}}
    {%- endif -%}
    {#- A model that computed all rows concerns only the models that are built from it. -#}
    {%- set last = run_query(
        "select coalesce(max(sequence), 0), coalesce(max(case when kind = 'all' and (key is null or key in ('"
        ~ _ecommerce_ancestors(model) | join("', '") ~ "')) then sequence end), 0) from " ~ keys
    ).rows[0] -%}
    {%- if _ecommerce_reads_candidates() -%}
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

{#- Names of the models that the model is built from. A model that was computed as a whole does not
    concern other models, or the model itself. -#}
{% macro _ecommerce_ancestors(node) %}
    {%- set ids = node.depends_on.nodes | list -%}
    {#- The loop also reads the ids that it adds. -#}
    {%- for id in ids if id in graph.nodes -%}
        {%- for parent in graph.nodes[id].depends_on.nodes if parent not in ids -%}
            {%- do ids.append(parent) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- set names = [''] -%}
    {%- for id in ids -%}{%- do names.append(id.split('.')[-1]) -%}{%- endfor -%}
    {{- return(names) -}}
{% endmacro %}

{#- Whether all changes of the model's inputs are in ecommerce_changed_keys. They are not if an input
    is in another target (`--defer`), was replaced by a model of the host project, or is configured
    with another materialization. -#}
{% macro _ecommerce_has_inputs() %}
    {%- for id in model.depends_on.nodes if id.startswith('model.') -%}
        {%- set node = graph.nodes.get(id) -%}
        {%- if not node or node.package_name != 'shopapp_ecommerce' or not ecommerce_relation(node.name)
            or (
                node.config.meta.get('changed_keys')
                and node.config.materialized != 'ecommerce_maintained'
            ) -%}
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
                row_number() over (partition by model order by read_at desc nulls last, position desc nulls last) as age

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
        {{ _ecommerce_candidates_in_scope(columns) }}
    {%- elif kind == 'inferred_products' -%}
        {{ _ecommerce_inferred_products() }}
    {%- elif kind == 'orders_of_buyers' -%}
        {{ ecommerce_orders_of_buyers(_ecommerce_changed_orders(scope)) }}
    {%- elif kind == 'attributed_orders' -%}
        {{ _ecommerce_attributed_orders(scope) }}
    {%- elif kind == 'interactions' -%}
        {{ _ecommerce_interactions_scope(scope) }}
    {%- elif kind == 'days_of_memberships' -%}
        {{ _ecommerce_keys_in_scope('day', columns, scope) }}
        union
        select ledger.id_shop, ledger.ordered_on
        from {{ ecommerce_relation('ecommerce_sales_ledger') }} as ledger
        inner join ({{ _ecommerce_keys_in_scope('membership', ['id_product'], scope) }}) as products
            on ledger.id_product = products.id_product
    {%- elif kind == 'month' -%}
        select distinct cast({{ dbt.date_trunc('month', 'changed_days.day') }} as date) as {{ columns[0] }}
        from ({{ _ecommerce_keys_in_scope('day', ['id_shop', 'day'], scope) }}) as changed_days
    {%- else -%}
        {{ _ecommerce_keys_in_scope(kind, columns, scope) }}
    {%- endif -%}
{% endmacro %}

{#- The candidates. While a load adds the rows of an order, tables keep the rows that they have of it,
    and the next build reads it again. -#}
{% macro _ecommerce_candidates_in_scope(columns) %}
        select
            shop_id,
            transaction_id,
            id_transaction
            {%- if columns[0] == 'idTransaction' %},
            id_transaction as {{ ecommerce_quote('idTransaction') }}
            {%- endif %}
        from {{ ecommerce_table('int_ecommerce__transaction_candidates') }} as candidates
        where not {{ ecommerce_order_is_incomplete('candidates') }}
{%- endmacro %}

{#- Products of the candidates that the catalogue lacks, and products that are inferred now, or were in
    the catalogue. -#}
{% macro _ecommerce_inferred_products() %}
    {%- set candidates = ecommerce_table('int_ecommerce__transaction_candidates') -%}
    {%- set catalogue = 'select id_product from ' ~ ecommerce_relation('stg_ecommerce__products') -%}
    {%- set sources = ['(' ~ ecommerce_raw('items') ~ ')'] -%}
    {%- set known = ecommerce_table('ecommerce_item_references') -%}
    {%- if known -%}{%- do sources.append(known) -%}{%- endif -%}
    {%- set products = ecommerce_table('ECommerce_Product') %}
    (
        {%- for source in sources %}
        select {{ ecommerce_key('lines.shop_id', 'lines.product_id') }} as id_product
        from {{ candidates }} as candidates
        inner join {{ source }} as lines
            on candidates.shop_id = lines.shop_id
            and candidates.transaction_id = lines.transaction_id
        where lines.product_id is not null
        union
        {%- endfor %}
        {%- if products %}
        select {{ ecommerce_quote('idProduct') }}
        from {{ products }}
        where {{ ecommerce_quote('Status') }} is distinct from 'inferred'
        {%- endif %}
        {{ dbt.except() }}
        {{ catalogue }}
    )
    union
    select id_product
    from {{ this }}
    where
        exists (select 1 from {{ candidates }})
        or id_product in ({{ catalogue }})
{%- endmacro %}

{#- Keeps the rows of such orders if all rows are computed. -#}
{% macro _ecommerce_keep_incomplete_orders(removed) %}
    {%- set columns = model.config.meta.scope.columns -%}
    {%- set incomplete -%}
        select
        {%- if columns[0] == 'shop_id' %}
            loaded.shop_id,
            loaded.transaction_id
        {%- else %}
            {{ ecommerce_key('loaded.shop_id', 'loaded.transaction_id') }} as {{ ecommerce_quote(columns[0]) }}
        {%- endif %}
        from ({{ ecommerce_raw('transactions') }}) as loaded
        where {{ ecommerce_order_is_incomplete('loaded') }}
    {%- endset -%}
    {%- if run_query('select 1 from ' ~ removed ~ ' limit 1').rows -%}
        {%- do run_query(ecommerce_delete_rows(removed, columns, incomplete)) -%}
    {%- endif -%}
{% endmacro %}

{#- Orders that changed, whose campaign changed, or whose campaign has other names now. -#}
{% macro _ecommerce_changed_orders(scope) %}
    {{ _ecommerce_keys_in_scope('order', ['id_transaction'], scope) }}
    union
    {{ _ecommerce_keys_in_scope('attribution', ['id_transaction'], scope) }}
    union
    select attributed.id_transaction
    from {{ ecommerce_relation('int_ecommerce__transactions_attributed') }} as attributed
    inner join (
        {{ _ecommerce_keys_in_scope('campaign_names', ['campaign_key'], scope) }}
    ) as renamed
        on attributed.campaign_key = renamed.campaign_key
{%- endmacro %}

{#- Orders that changed, orders of contacts whose clicks or opens changed, and orders whose send,
    batch or campaign name is used otherwise in the interactions. -#}
{% macro _ecommerce_attributed_orders(scope) %}
    {{ _ecommerce_keys_in_scope('order', ['id_transaction'], scope) }}
    union
    select transactions.id_transaction
    from {{ ecommerce_lower_names(
        ecommerce_relation('ECommerce_Transaction'), 'ECommerce_Transaction',
        columns=['idTransaction', 'idContact']
    ) }} as transactions
    inner join (
        {{ _ecommerce_keys_in_scope('contact_touches', ['id_contact'], scope) }}
    ) as touched
        on transactions.id_contact = cast(touched.id_contact as {{ ecommerce_type('id') }})
    {%- for kind, column in {
        'send': 'id_send_log', 'batch_mentions': 'id_batch', 'name_mentions': 'reported_name_key',
    }.items() %}
    union
    select attributed.id_transaction
    from {{ this }} as attributed
    inner join (
        {{ _ecommerce_keys_in_scope(kind, [column], scope) }}
    ) as changed
        on attributed.{{ column }} = cast(
            changed.{{ column }}
            as {{ ecommerce_type('text' if column == 'reported_name_key' else 'integer') }}
        )
    {%- endfor %}
{%- endmacro %}

{% macro _ecommerce_keys_in_scope(kind, columns, scope) %}
    {%- set sources = ['id_shop', 'day'] if kind == 'day' else ['key', 'id_shop'] %}
    select distinct
    {%- for name in columns %}
        {%- set type = model.columns.get(name, {}).get('data_type') or ecommerce_type('text') %}
        cast({{ sources[loop.index0] }} as {{ 'date' if sources[loop.index0] == 'day' else type }})
            as {{ name }}{{ ',' if not loop.last }}
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

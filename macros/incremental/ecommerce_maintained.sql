{#-
  Materialization of a table that stays in place: builds delete and insert the rows that differ, and
  never drop or replace the table. So views and grants on it stay, and readers do not wait.

  Configuration, in `meta`:
  scope: which rows the model's SQL returns if ecommerce_scope is set; see ecommerce_scope.
  changed_keys: by kind, lists of columns. The keys of all rows that a build deletes or inserts are
  added to ecommerce_changed_keys, so that the models that are built from this table read them. A key
  can be an SQL expression. With `skip_null_keys`, keys that are null are not added.

  load_time: column that is not compared. A table with a load time is updated by its `unique_key`,
  because rows of other tables reference its rows. Its other columns are compared.
  deletes: false if a hook deletes the rows that are not computed any more.

  With the dbt var ecommerce_audit, the table is only compared with all computed rows. The number of rows
  that differ is the number of rows that the run reports as affected.

  A row of a table without a load time is compared with all its columns. `unique_key` has the columns
  of its key, which may be null; it only makes the comparison fast.
-#}
{% materialization ecommerce_maintained, default %}
    {%- set target_relation = this.incorporate(type='table') -%}
    {%- set existing = load_cached_relation(this) -%}
    {%- set scope = ecommerce_scope() -%}
    {#- Earlier versions copied the interactions to a table without a write-ahead log. -#}
    {%- set is_replaced = existing and (
        not existing.is_table
        or (
            not model.config.meta.get('load_time')
            and _ecommerce_retyped_columns(existing, model.columns)
        )
        or _ecommerce_is_mirror() and ecommerce_columns_differ(model.name)
    ) -%}

    {{ run_hooks(pre_hooks, inside_transaction=false) }}
    {{ run_hooks(pre_hooks, inside_transaction=true) }}

    {%- if var('ecommerce_audit', false) -%}
        {%- do _ecommerce_compare_rows(target_relation, sql) -%}
        {%- do adapter.commit() -%}
        {{- return({'relations': []}) -}}
    {%- endif -%}

    {%- if not existing or is_replaced -%}
        {%- if existing -%}{%- do adapter.drop_relation(existing) -%}{%- endif -%}
        {%- call statement('main') -%}
            {{ get_create_table_as_sql(false, target_relation, sql) }}
        {%- endcall -%}
        {%- do create_indexes(target_relation) -%}
        {%- do _ecommerce_analyze(target_relation) -%}
        {%- do _ecommerce_write_changed_keys(none) -%}
    {%- elif flags.EMPTY -%}
        {#- The inputs look empty, so nothing is compared. -#}
        {%- call statement('main') -%}select 1{%- endcall -%}
    {%- else -%}
        {%- do _ecommerce_replace_rows(target_relation, sql, scope) -%}
        {%- if model.config.meta.get('scope') and not scope -%}
            {%- do _ecommerce_analyze(target_relation) -%}
        {%- endif -%}
    {%- endif -%}
    {%- if not flags.EMPTY -%}
        {%- do _ecommerce_write_position() -%}
    {%- endif -%}

    {%- do apply_grants(target_relation, config.get('grants'), should_revoke=false) -%}
    {%- do persist_docs(target_relation, model) -%}
    {{ run_hooks(post_hooks, inside_transaction=true) }}
    {%- do adapter.commit() -%}
    {{ run_hooks(post_hooks, inside_transaction=false) }}
    {{- return({'relations': [target_relation]}) -}}
{% endmaterialization %}

{#- Writes the rows that differ, among the rows in the scope. -#}
{% macro _ecommerce_replace_rows(target_relation, sql, scope) %}
    {%- do _ecommerce_match_columns(target_relation) -%}
    {%- do _ecommerce_create_missing_indexes(target_relation) -%}
    {%- set temporary = [] -%}
    {%- if scope and _ecommerce_is_mirror() -%}
        {%- do _ecommerce_read_interactions(scope, temporary) -%}
    {%- endif -%}
    {%- if scope -%}
        {%- do _ecommerce_create_temporary(
            ecommerce_scope_name(), _ecommerce_scope_query(scope), temporary
        ) -%}
    {%- endif -%}
    {%- if scope and _ecommerce_scope_is_empty() -%}
        {%- call statement('main') -%}select 1{%- endcall -%}
    {%- else -%}
        {%- do _ecommerce_write_differences(target_relation, sql, scope, temporary) -%}
    {%- endif -%}
    {%- for name in temporary -%}
        {%- do run_query('drop table ' ~ name) -%}
    {%- endfor -%}
{% endmacro %}

{#- Whether there is nothing to compute. Rows whose last column is null have keys that are null, except
    rejects without an order. -#}
{% macro _ecommerce_scope_is_empty() %}
    {%- set scope = model.config.meta.scope -%}
    {%- set is_computed = _ecommerce_is_mirror()
        or (scope.kind == 'candidates' and scope.get('with_null')) -%}
    {{- return(
        not is_computed
        and run_query('select 1 from ' ~ ecommerce_scope_name() ~ ' limit 1').rows | length == 0
    ) -}}
{% endmacro %}

{% macro _ecommerce_write_differences(target_relation, sql, scope, temporary) %}
    {%- set meta = model.config.meta -%}
    {%- set names = _ecommerce_column_names() -%}
    {%- set computed, removed, added = model.alias ~ '__computed', model.alias ~ '__removed',
        model.alias ~ '__added' -%}
    {%- do _ecommerce_create_temporary(computed, sql, temporary) -%}
    {%- if scope and meta.scope.get('with_others') -%}
        {%- do _ecommerce_extend_scope(computed) -%}
    {%- endif -%}
    {%- set row_id = ecommerce_row_id() -%}
    {%- set scope_columns = [row_id] if _ecommerce_is_mirror() else meta.get('scope', {}).columns -%}
    {%- set existing = ecommerce_rows_in_scope(target_relation, scope_columns if scope else [],
        row_id=row_id) -%}
    {%- set key = config.get('unique_key') -%}
    {%- set same_row = _ecommerce_same_row(key, names) -%}
    {%- if meta.get('deletes', true) -%}
        {%- do _ecommerce_create_temporary(
            removed,
            'select existing_rows.* from ' ~ existing ~ ' as existing_rows where not exists (select 1 from '
            ~ computed ~ ' as computed_rows where '
            ~ (_ecommerce_same_key(key) if meta.load_time else same_row) ~ ')',
            temporary
        ) -%}
        {%- if meta.get('scope', {}).kind == 'candidates' and not scope -%}
            {%- do _ecommerce_keep_incomplete_orders(removed) -%}
        {%- endif -%}
        {%- do run_query(ecommerce_delete_rows(
            target_relation, [row_id], 'select row_id as ' ~ row_id ~ ' from ' ~ removed
        )) -%}
    {%- endif -%}
    {%- do _ecommerce_create_temporary(
        added,
        'select computed_rows.* from ' ~ computed ~ ' as computed_rows where not exists (select 1 from '
        ~ existing ~ ' as existing_rows where ' ~ same_row ~ ')',
        temporary
    ) -%}
    {%- call statement('main') -%}
        {%- if meta.load_time -%}
        {{ get_incremental_merge_sql({
            'target_relation': target_relation,
            'temp_relation': added,
            'unique_key': key,
            'dest_columns': adapter.get_columns_in_relation(target_relation),
            'incremental_predicates': none,
        }) }}
        {%- else -%}
        insert into {{ target_relation }} ({{ names | join(', ') }})
        select {{ names | join(', ') }} from {{ added }}
        {%- endif -%}
    {%- endcall -%}
    {#- A comparison with all interactions finds few changes, so it also writes their keys. -#}
    {%- do _ecommerce_write_changed_keys([removed, added], scope or _ecommerce_is_mirror()) -%}
{% endmacro %}

{#- Counts the rows of the table that differ from the computed rows, and the computed rows that the table
    lacks. -#}
{% macro _ecommerce_compare_rows(target_relation, sql) %}
    {%- set temporary = [] -%}
    {%- set computed = model.alias ~ '__computed' -%}
    {%- do _ecommerce_create_temporary(computed, sql, temporary) -%}
    {%- set same_row = _ecommerce_same_row(config.get('unique_key'), _ecommerce_column_names()) -%}
    {%- call statement('main') %}
        create temporary table {{ model.alias }}__differences as
        select 'table' as found_in
        from {{ target_relation }} as existing_rows
        where not exists (select 1 from {{ computed }} as computed_rows where {{ same_row }})
        union all
        select 'computed rows'
        from {{ computed }} as computed_rows
        where not exists (select 1 from {{ target_relation }} as existing_rows where {{ same_row }})
    {%- endcall -%}
    {%- do temporary.append(model.alias ~ '__differences') -%}
    {%- for name in temporary -%}
        {%- do run_query('drop table ' ~ name) -%}
    {%- endfor -%}
{% endmacro %}

{% macro _ecommerce_column_names() %}
    {%- set names = [] -%}
    {%- for column in model.columns.values() -%}
        {%- do names.append(ecommerce_quote(column.name)) -%}
    {%- endfor -%}
    {{- return(names) -}}
{% endmacro %}

{% macro _ecommerce_is_mirror() %}
    {{- return(model.config.meta.get('scope', {}).kind == 'interactions') -}}
{% endmacro %}

{% macro _ecommerce_create_temporary(name, query, temporary) %}
    {%- do run_query('create temporary table ' ~ name ~ ' as ' ~ query) -%}
    {%- do _ecommerce_analyze(name) -%}
    {%- do temporary.append(name) -%}
{% endmacro %}

{% macro _ecommerce_analyze(relation) %}
    {%- if target.type == 'postgres' -%}{%- do run_query('analyze ' ~ relation) -%}{%- endif -%}
{% endmacro %}

{#- Adds the keys of computed rows that are not in the scope. -#}
{% macro _ecommerce_extend_scope(computed) %}
    {%- set columns = model.config.meta.scope.columns | join(', ') -%}
    {%- do run_query(
        'insert into ' ~ ecommerce_scope_name() ~ ' (' ~ columns ~ ') select ' ~ columns ~ ' from '
        ~ computed ~ ' ' ~ dbt.except() ~ ' select ' ~ columns ~ ' from ' ~ ecommerce_scope_name()
    ) -%}
    {%- do _ecommerce_analyze(ecommerce_scope_name()) -%}
{% endmacro %}

{#- Whether two rows are equal, without their load times. Engines hash equalities only, so a key that
    may be null is also compared with another value for null: of its type where that is faster than
    a text. -#}
{% macro _ecommerce_same_row(key, names) %}
    {%- set load_time = model.config.meta.get('load_time') -%}
    {%- set time = ecommerce_type('time') -%}
    {%- set nulls = {
        'bigint': '0', 'int': '0', 'date': "cast('1970-01-01' as date)",
        time: "cast('1970-01-01 00:00:00+00' as " ~ time ~ ')',
    } -%}
    {%- if load_time %}
    {{ _ecommerce_same_key(key) }} and
    {%- else %}
    {%- for name in key %}
    {%- set null_value = nulls.get(model.columns.get(name, {}).data_type) -%}
    {%- set value = '%s' if null_value else 'cast(%s as ' ~ ecommerce_type('text') ~ ')' %}
    coalesce({{ value | replace('%s', 'computed_rows.' ~ name) }}, {{ null_value or "''" }})
    = coalesce({{ value | replace('%s', 'existing_rows.' ~ name) }}, {{ null_value or "''" }})
    and {% endfor %}
    {%- endif %}
    {%- for name in names if not load_time or name != ecommerce_quote(load_time) %}
    computed_rows.{{ name }} is not distinct from existing_rows.{{ name }}
    {{- ' and' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{% macro _ecommerce_same_key(key) %}
    {%- for name in key %}
    computed_rows.{{ name }} = existing_rows.{{ name }}
    {{- ' and' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{#- Column that identifies a row of a table until the row changes. -#}
{% macro ecommerce_row_id() %}
    {{- return(adapter.dispatch('ecommerce_row_id', 'shopapp_ecommerce')()) -}}
{% endmacro %}

{% macro postgres__ecommerce_row_id() %}{{ return('ctid') }}{% endmacro %}

{% macro duckdb__ecommerce_row_id() %}{{ return('rowid') }}{% endmacro %}

{% macro spark__ecommerce_row_id() %}
    {{ exceptions.raise_compiler_error(
        'Tables that stay in place cannot be built on Spark. Use Postgres or DuckDB.'
    ) }}
{% endmacro %}

{#- Creates the indexes of the configuration that a table of an earlier version lacks. -#}
{% macro _ecommerce_create_missing_indexes(relation) %}
    {{- adapter.dispatch('ecommerce_create_missing_indexes', 'shopapp_ecommerce')(relation) -}}
{% endmacro %}

{% macro default__ecommerce_create_missing_indexes(relation) %}{% endmacro %}

{% macro postgres__ecommerce_create_missing_indexes(relation) %}
    {%- set query -%}
        select array_to_string(array(
            select quote_ident(attname)
            from pg_attribute
            inner join unnest(indkey) with ordinality as keys (number, place)
                on attnum = number
            where attrelid = indrelid
            order by place
        ), ',')
        from pg_index
        where indrelid = cast('{{ relation }}' as regclass)
    {%- endset -%}
    {%- set found = run_query(query).columns[0].values() | list -%}
    {%- for index in config.get('indexes', []) if index.columns | join(',') not in found -%}
        {%- do run_query(
            'create ' ~ ('unique ' if index.get('unique')) ~ 'index on ' ~ relation ~ ' ('
            ~ index.columns | join(', ') ~ ')'
        ) -%}
    {%- endfor -%}
{% endmacro %}

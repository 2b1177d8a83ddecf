{#-
  Hook that lets the role of the setting reader_role read the relation that was just built, except
  columns with `meta.pii: true`. If the relation has such columns, the hook creates the view
  `<relation>_reader` without them, so that `select *` works. On the relation itself the role can
  select the other columns by name. Grants to other roles do not change. `dbt clone` also runs
  hooks, but clones are for developers, so the role gets no grants on them.
-#}
{% macro ecommerce_grant_reader() %}
    {%- if flags.WHICH != 'clone' -%}
        {{- _ecommerce_grant_reader(this, model.columns) -}}
    {%- endif -%}
{% endmacro %}

{#- Operation that applies the hook to all existing relations, without a build: `dbt
    run-operation`. -#}
{% macro ecommerce_grant_reader_everything() %}
    {%- for node in graph.nodes.values() if node.package_name == 'shopapp_ecommerce' -%}
        {%- set hooks = node.config.get('post-hook', []) | map(attribute='sql') | join -%}
        {%- if 'ecommerce_grant_reader' in hooks -%}
            {%- set relation = adapter.get_relation(node.database, node.schema, node.alias) -%}
            {%- set statement = _ecommerce_grant_reader(relation, node.columns) if relation -%}
            {%- if statement -%}
                {%- do run_query(statement ~ '; commit') -%}
            {%- endif -%}
        {%- endif -%}
    {%- endfor -%}
{% endmacro %}

{% macro _ecommerce_grant_reader(relation, columns) %}
    {%- set role = ecommerce_setting('ecommerce_reader_role') -%}
    {%- if role and execute -%}
        {%- set open = [] -%}
        {%- for column in columns.values() if column.config.meta.pii | string | lower != 'true' -%}
            {%- do open.append(column.name) -%}
        {%- endfor -%}
        {{- adapter.dispatch('ecommerce_grant_reader', 'shopapp_ecommerce')(
            relation, adapter.quote(role), open, open | length == columns | length
        ) -}}
    {%- endif -%}
{% endmacro %}

{% macro default__ecommerce_grant_reader(relation, role, open, is_whole) %}{% endmacro %}

{% macro postgres__ecommerce_grant_reader(relation, role, open, is_whole) %}
    {%- if is_whole -%}
        grant select on {{ relation }} to {{ role }}
    {%- else -%}
        {%- set view = relation.incorporate(path={'identifier': relation.identifier ~ '_reader'}) -%}
        {{- _ecommerce_reader_view(relation, view, role, open) -}}
    {%- endif -%}
{% endmacro %}

{#- Drops the reader view of a table before the type of a column changes, because Postgres cannot
    change the type of a column that a view reads. ecommerce_grant_reader creates the view again.
    If another view reads the reader view, the build fails with an error from Postgres. -#}
{% macro ecommerce_drop_reader_view() %}
    {{- adapter.dispatch('ecommerce_drop_reader_view', 'shopapp_ecommerce')() -}}
{% endmacro %}

{% macro default__ecommerce_drop_reader_view() %}{% endmacro %}

{% macro postgres__ecommerce_drop_reader_view() %}
    {%- set view = this.incorporate(path={'identifier': this.identifier ~ '_reader'}) -%}
    do $ecommerce$
    begin
        if obj_description(to_regclass('{{ view }}'), 'pg_class')
            like 'Made by shopapp\_ecommerce%'
        then
            drop view {{ view }};
        end if;
    end
    $ecommerce$;
{% endmacro %}

{#- Replacing the view waits for all queries that read it, so the view is replaced only if its
    relation or its columns differ. Existing columns keep their positions, so that views on it
    survive. The comment on the view shows that this package created it; other relations with this
    name are not changed. Columns that no model describes, such as columns of a former version,
    are not in the view. -#}
{% macro _ecommerce_reader_view(relation, view, role, open) %}
    {%- set comment = 'Made by shopapp_ecommerce for the role that ECOMMERCE_READER_ROLE names: '
        ~ relation.identifier ~ ' without personal data.' -%}
    do $ecommerce$
    declare
        existing constant oid := to_regclass('{{ view }}');
        granted text;
        is_current boolean;
    begin
        if existing is not null
            and coalesce(obj_description(existing, 'pg_class'), '')
            not like 'Made by shopapp\_ecommerce%'
        then
            raise exception
                '{{ view }} already exists and is not the view for the reader role. Rename it.';
        end if;
        select
            string_agg(quote_ident(wanted.attname), ', ' order by found.attnum, wanted.attnum),
            exists (
                select 1
                from pg_depend
                inner join pg_rewrite
                    on pg_depend.objid = pg_rewrite.oid
                where
                    pg_rewrite.ev_class = existing
                    and pg_depend.classid = cast('pg_rewrite' as regclass)
                    and pg_depend.refobjid = cast('{{ relation }}' as regclass)
            )
            and bool_and(found.attnum is not null)
            and count(*) = (
                select count(*) from pg_attribute where attrelid = existing and attnum > 0
            )
        into granted, is_current
        from pg_attribute as wanted
        left join pg_attribute as found
            on found.attrelid = existing
            and wanted.attname = found.attname
            and wanted.atttypid = found.atttypid
            and wanted.atttypmod = found.atttypmod
        where
            wanted.attrelid = cast('{{ relation }}' as regclass)
            and wanted.attnum > 0
            and not wanted.attisdropped
            and wanted.attname in ('{{ open | join("', '") }}');
        if not is_current then
            begin
                execute 'create or replace view {{ view }} as select '
                    || granted || ' from {{ relation }}';
            exception when invalid_table_definition then
                drop view {{ view }} cascade;
                execute 'create view {{ view }} as select ' || granted || ' from {{ relation }}';
            end;
            comment on view {{ view }} is '{{ comment }}';
        end if;
        revoke select on {{ relation }} from {{ role }};
        execute 'grant select (' || granted || ') on {{ relation }} to {{ role }}';
        grant select on {{ view }} to {{ role }};
    end
    $ecommerce$
{% endmacro %}

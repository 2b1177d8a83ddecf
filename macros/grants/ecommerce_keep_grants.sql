{#-
  Hooks that keep users' grants on the package's relations. dbt replaces a table or view by a new
  one, and dbt's `copy_grants` has no effect on Postgres. `ecommerce_read_grants` stores the
  grants before the build, `ecommerce_restore_grants` restores the grants that the new relation
  lacks. Both run in the transaction of the build, so the relation is never visible without its
  grants.

  If a project sets dbt's `grants` for a model, dbt manages its grants and these hooks do nothing.
-#}
{% macro ecommerce_read_grants() %}
    {%- if execute and not config.get('grants') -%}
        {{- adapter.dispatch('ecommerce_read_grants', 'shopapp_ecommerce')() -}}
    {%- endif -%}
{% endmacro %}

{% macro ecommerce_restore_grants() %}
    {%- if not config.get('grants') -%}
        {{- adapter.dispatch('ecommerce_restore_grants', 'shopapp_ecommerce')() -}}
    {%- endif -%}
{% endmacro %}

{% macro default__ecommerce_read_grants() %}{% endmacro %}

{% macro default__ecommerce_restore_grants() %}{% endmacro %}

{#- The grants are stored in a setting of the transaction. A view is dropped together with a view
    that it reads, before its own build. For such a view, the grants at the start of the run are
    used. -#}
{% macro postgres__ecommerce_read_grants() %}
    {%- set earlier = _ecommerce_grants_of_views().get(model.unique_id, '[]') %}
    select set_config(
        'shopapp_ecommerce.grants',
        case
            when to_regclass('{{ this }}') is null then '{{ earlier | replace("'", "''") }}'
            else (
                select cast(coalesce(json_agg(grants), '[]') as text)
                from ({{ _ecommerce_grants("'" ~ this ~ "'") }}) as grants
            )
        end,
        true
    )
{% endmacro %}

{#- Skips roles and columns that were dropped since the grants were stored. -#}
{% macro postgres__ecommerce_restore_grants() %}
    do $ecommerce$
    declare
        missing record;
    begin
        for missing in
            select *
            from json_to_recordset(
                cast(nullif(current_setting('shopapp_ecommerce.grants', true), '') as json)
            ) as noted (
                privilege text, column_name text, role_name text, is_grantable boolean
            )
            where
                (
                    noted.role_name is null
                    or exists (select 1 from pg_roles where rolname = noted.role_name)
                )
                and (
                    noted.column_name is null
                    or exists (
                        select 1
                        from pg_attribute
                        where
                            attrelid = to_regclass('{{ this }}')
                            and attname = noted.column_name
                            and not attisdropped
                    )
                )
            except
            {{ _ecommerce_grants("'" ~ this ~ "'") }}
        loop
            execute format(
                'grant %s%s on %s to %s%s',
                missing.privilege,
                ' (' || quote_ident(missing.column_name) || ')',
                '{{ this }}',
                coalesce(quote_ident(missing.role_name), 'public'),
                case when missing.is_grantable then ' with grant option' end
            );
        end loop;
    end
    $ecommerce$
{% endmacro %}

{#- Grants on the package's views, as JSON by node. The first model of a run reads them, before
    any view is dropped, and stores them in dbt's graph, which all models of a run share. -#}
{% macro _ecommerce_grants_of_views() %}
    {%- set key = 'shopapp_ecommerce_grants ' ~ invocation_id -%}
    {%- if key not in graph -%}
        {%- set views = [] -%}
        {%- for node in graph.nodes.values()
            if node.package_name == 'shopapp_ecommerce' and node.config.materialized == 'view' -%}
            {%- set view = api.Relation.create(
                database=node.database, schema=node.schema, identifier=node.alias
            ) -%}
            {%- do views.append("('" ~ node.unique_id ~ "', '" ~ view ~ "')") -%}
        {%- endfor -%}
        {%- set found = run_query(
            'select node, (select cast(json_agg(grants) as text) from ('
            ~ _ecommerce_grants('views.name') ~ ') as grants)'
            ~ ' from (values ' ~ views | join(', ') ~ ') as views (node, name)'
        ) -%}
        {%- set grants = {} -%}
        {%- for row in found if row[1] -%}
            {%- do grants.update({row[0]: row[1]}) -%}
        {%- endfor -%}
        {%- do graph.setdefault(key, grants) -%}
    {%- endif -%}
    {{- return(graph[key]) -}}
{% endmacro %}

{#- Grants on a relation and on its columns, except to its owner. The role PUBLIC is null. -#}
{% macro _ecommerce_grants(name) %}
    select
        granted.privilege_type as privilege,
        cast(granted.column_name as text) as column_name,
        cast(pg_roles.rolname as text) as role_name,
        granted.is_grantable

    from (
        select
            pg_class.relowner,
            cast(null as name) as column_name,
            acl.*

        from pg_class
        cross join lateral aclexplode(pg_class.relacl) as acl
        where pg_class.oid = to_regclass({{ name }})
        union all
        select
            pg_class.relowner,
            pg_attribute.attname as column_name,
            acl.*

        from pg_class
        inner join pg_attribute
            on pg_class.oid = pg_attribute.attrelid
        cross join lateral aclexplode(pg_attribute.attacl) as acl
        where pg_class.oid = to_regclass({{ name }}) and not pg_attribute.attisdropped
    ) as granted
    left join pg_roles
        on granted.grantee = pg_roles.oid
    where
        granted.grantee <> granted.relowner
        and (granted.grantee = 0 or pg_roles.oid is not null)
{% endmacro %}

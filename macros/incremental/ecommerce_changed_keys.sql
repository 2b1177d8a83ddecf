{#-
  Macros that write ecommerce_changed_keys, and the positions of the tables that read it.

  ecommerce_log_candidates: hook of int_ecommerce__transaction_candidates. Writes the orders of this
  run, before the tables that are built from them change.
  ecommerce_forget_changed_keys: hook that deletes the keys that all tables have read.
-#}
{% macro ecommerce_log_candidates() %}
    {%- set keys = ecommerce_table('ecommerce_changed_keys') -%}
    {%- if keys and not flags.EMPTY -%}
        {%- if ecommerce_read_since() %}
    insert into {{ keys }} (sequence, kind, id_shop, key)
    select last.sequence, 'order', candidates.shop_id, candidates.id_transaction
    from {{ this }} as candidates
    cross join ({{ _ecommerce_next_sequence(keys) }}) as last
        {%- else %}
    insert into {{ keys }} (sequence, kind, key)
    select last.sequence, 'all', '{{ model.name }}'
    from ({{ _ecommerce_next_sequence(keys) }}) as last
        {%- endif -%}
    {%- endif -%}
{% endmacro %}

{% macro ecommerce_forget_changed_keys() %}
    {%- set keys = ecommerce_table('ecommerce_changed_keys') -%}
    {%- set log = ecommerce_table('ecommerce_run_log') -%}
    {%- if keys and log and not flags.EMPTY and not ecommerce_columns_differ('ecommerce_run_log') -%}
        {%- set positions = [] -%}
        {%- for name, position in _ecommerce_positions(log).items() -%}
            {%- set node = graph.nodes.get('model.shopapp_ecommerce.' ~ name) -%}
            {%- if node and node.config.materialized == 'ecommerce_maintained' -%}
                {%- do positions.append(position) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- if positions %}
            {#- A table that is never built again does not keep the keys for ever: it reads that
                everything changed. Rows with the lowest position stay: they can have the greatest
                sequence, and the next sequence must be greater than all positions. #}
            {%- set oldest = [positions | min, (positions | max) - 5000] | max %}
            {%- if oldest > positions | min %}
    insert into {{ keys }} (sequence, kind)
    select {{ oldest }}, 'all';
            {%- endif %}
            {%- set query -%}
        select distinct sequence from {{ keys }} where sequence < {{ oldest }}
            {%- endset %}
    {{ ecommerce_delete_rows(keys, ['sequence'], query) }}
        {%- endif -%}
    {%- endif -%}
{% endmacro %}

{% macro _ecommerce_next_sequence(keys) -%}
    select coalesce(max(sequence), 0) + 1 as sequence from {{ keys }}
{%- endmacro %}

{#- Writes the keys of the rows in some relations. If a model with a scope computed all rows, writes
    that all rows changed, because their keys would be too many. -#}
{% macro _ecommerce_write_changed_keys(relations, scope=none) %}
    {%- set keys = ecommerce_table('ecommerce_changed_keys') -%}
    {%- set written = model.config.meta.get('changed_keys', {}) -%}
    {%- if keys and written and not relations -%}
        {%- do run_query(
            "insert into " ~ keys ~ " (sequence, kind, key) select last.sequence, 'all', '" ~ model.name
            ~ "' from (" ~ _ecommerce_next_sequence(keys) ~ ") as last"
        ) -%}
    {%- elif keys and written -%}
        {%- set names = [] -%}
        {%- for column in model.columns.values() -%}
            {%- do names.append(ecommerce_quote(column.name)) -%}
        {%- endfor -%}
        {%- set rows -%}
            (
            {%- for relation in relations %}
                select {{ names | join(', ') }} from {{ relation }}
                {{- ' union all' if not loop.last }}
            {%- endfor %}
            )
        {%- endset -%}
        {%- set statement -%}
            insert into {{ keys }} (sequence, kind, id_shop, day, key)
            select last.sequence, changed.kind, changed.id_shop, changed.day, changed.key
            from (
            {%- if scope or not model.config.meta.get('scope') %}
            {%- for kind, keys_of_kind in written.items() %}
            {%- set last_kind = loop.last %}
            {%- for columns in keys_of_kind %}
                select
                    '{{ kind }}' as kind,
                    {%- if kind == 'day' %}
                    {{ columns[0] }} as id_shop,
                    {{ columns[1] }} as day,
                    cast(null as {{ ecommerce_type('text') }}) as key
                    {%- else %}
                    cast(null as {{ ecommerce_type('text') }}) as id_shop,
                    cast(null as date) as day,
                    cast({{ columns[0] }} as {{ ecommerce_type('text') }}) as key
                    {%- endif %}
                from {{ rows }} as changed_rows
                {%- if model.config.meta.get('skip_null_keys') %}
                where {{ columns[0] }} is not null
                {%- endif %}
                {{- ' union' if not (last_kind and loop.last) }}
            {%- endfor %}
            {%- endfor %}
            {%- else %}
                select distinct
                    'all' as kind,
                    cast(null as {{ ecommerce_type('text') }}) as id_shop,
                    cast(null as date) as day,
                    cast('{{ model.name }}' as {{ ecommerce_type('text') }}) as key
                from {{ rows }} as changed_rows
            {%- endif %}
            ) as changed
            cross join ({{ _ecommerce_next_sequence(keys) }}) as last
        {%- endset -%}
        {%- do run_query(statement) -%}
    {%- endif -%}
{% endmacro %}

{#- Writes to the run log that the table has all changes up to the end of the range that it read. -#}
{% macro _ecommerce_write_position() %}
    {%- set range = graph.get('shopapp_ecommerce_scope ' ~ invocation_id ~ ' ' ~ model.unique_id, {}).range -%}
    {%- if range and _ecommerce_is_mirror() -%}
        {%- do _ecommerce_log_interactions(range) -%}
    {%- elif range and not _ecommerce_reads_candidates() -%}
        {%- do run_query(
            "insert into " ~ ecommerce_table('ecommerce_run_log')
            ~ " (model, invocation_id, read_at, settings_hash, position) select '" ~ model.name ~ "', '"
            ~ invocation_id ~ "', " ~ dbt.current_timestamp() ~ ", '" ~ _ecommerce_statistics_hash()
            ~ "', " ~ range.until
        ) -%}
    {%- endif -%}
{% endmacro %}

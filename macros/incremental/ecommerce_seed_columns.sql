{#-
  Hooks of the seeds. `ecommerce_seed_columns` adds the columns of a new version to a seed's
  table, before its rows are loaded. dbt itself would drop the table and every view that reads it.
  `ecommerce_seed_clone` replaces the view that `dbt clone` creates by a table, because dbt cannot
  load a seed into a view.
-#}
{% macro ecommerce_seed_columns() %}
    {%- set relation = load_relation(this) if execute -%}
    {%- if relation and relation.is_table -%}
        {%- set found = adapter.get_columns_in_relation(relation) | map(attribute='name') | list -%}
        {%- set missing = [] -%}
        {%- for name, type in model.config.column_types.items() if name not in found -%}
            {%- do missing.append(api.Column(name, type)) -%}
        {%- endfor -%}
        {%- if missing -%}
            {%- do alter_relation_add_remove_columns(relation, missing, none) -%}
        {%- endif -%}
    {%- endif -%}
{% endmacro %}

{% macro ecommerce_seed_clone() %}
    {%- if flags.WHICH == 'clone' -%}
    drop view {{ this }};
    create table {{ this }} as select * from {{ defer_relation }}
    {%- endif -%}
{% endmacro %}

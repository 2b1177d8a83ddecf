{#-
  Relation of one of the package's models in the current target, with the schema and alias that
  the host project configures; none if the relation does not exist. Hooks use these macros, and
  models that cannot `ref` a model that is built from them. A `ref` would not do: with `--defer`
  it can be a relation of another target, and with `--empty` it is a subquery.

  ecommerce_table: a table, for hooks to write to. Returns none during `dbt clone`, which runs the
  hooks of every model while the target has views of another target's tables.

  ecommerce_relation: a table or a view, for reading.
-#}
{% macro ecommerce_table(name) %}
    {%- if flags.WHICH == 'clone' -%}
        {{- return(none) -}}
    {%- endif -%}
    {%- set relation = ecommerce_relation(name) -%}
    {{- return(relation if relation and relation.is_table else none) -}}
{% endmacro %}

{% macro ecommerce_relation(name) %}
    {%- set node = graph.nodes.get('model.shopapp_ecommerce.' ~ name) if execute -%}
    {%- if not node -%}
        {{- return(none) -}}
    {%- elif node.unique_id == model.unique_id -%}
        {#- dbt's cache does not contain a table that is being built for the first time. -#}
        {{- return(this.incorporate(type='table')) -}}
    {%- endif -%}
    {{- return(adapter.get_relation(node.database, node.schema, node.alias)) -}}
{% endmacro %}

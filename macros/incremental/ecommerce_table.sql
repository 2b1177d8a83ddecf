{#-
  Where one of our models is in the current target, by its name in the graph, so that a host's own
  schemas and aliases hold; none if it is not there. Hooks, and models that must not `ref` what is
  built from them, use these: with `--defer` a `ref` can be a relation of another target, and with
  `--empty` it is a subquery.

  ecommerce_table: only a table, hence what hooks write to. None also while `dbt clone` runs: it
  runs the hooks of every model, while Postgres gets views of another target's tables.
  ecommerce_relation: a table or a view, to be read.
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
        {#- dbt's cache does not know a table that is being built for the first time. -#}
        {{- return(this.incorporate(type='table')) -}}
    {%- endif -%}
    {{- return(adapter.get_relation(node.database, node.schema, node.alias)) -}}
{% endmacro %}

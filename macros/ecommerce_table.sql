{#-
  The relation of one of our models where it stands now, or none; for models that the asking one
  must not `ref`, since they are built from it. Its name comes from the graph, so that a host's
  own schemas and aliases hold.
-#}
{% macro ecommerce_table(name) %}
    {%- if not execute -%}
        {{- return(none) -}}
    {%- endif -%}
    {%- set node = graph.nodes.get('model.shopapp_ecommerce.' ~ name) -%}
    {%- if not node -%}
        {{- return(none) -}}
    {%- endif -%}
    {{- return(adapter.get_relation(node.database, node.schema, node.alias)) -}}
{% endmacro %}

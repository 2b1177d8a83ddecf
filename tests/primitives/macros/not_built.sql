{#- Materialization of models that only unit tests read. -#}
{% materialization not_built, default %}
    {%- call noop_statement('main', 'not built') -%}{%- endcall -%}
    {{- return({'relations': []}) -}}
{% endmaterialization %}

{#-
  Raises an error that names the supported adapters if the target has another one. Macros that most
  models call first call it, so `dbt parse` fails. Without it, an adapter that inherits the macros
  of Postgres, such as Redshift's, would build tables with other amounts.

  builds_models: false in macros that the tests of the primitives also call. Spark has the
  primitives, but the package's models do not build there.
-#}
{% macro ecommerce_check_engine(builds_models=true) %}
    {%- set supported = ['postgres', 'duckdb'] -%}
    {%- if target.type not in supported and (builds_models or target.type != 'spark') -%}
        {{ exceptions.raise_compiler_error(
            "The adapter " ~ target.type ~ " is not supported by shopapp_ecommerce. Choose a target"
            ~ " with one of these adapters: " ~ supported | join(', ') ~ "."
        ) }}
    {%- endif -%}
{% endmacro %}

{#-
  Raises an error if the package does not support the target's adapter. Staging models call it, so
  `dbt parse` fails. Without it, an adapter that inherits the macros of Postgres, such as
  Redshift's, would build tables with other amounts.
-#}
{% macro ecommerce_check_engine() %}
    {%- set supported = ['postgres', 'duckdb'] -%}
    {%- if target.type not in supported -%}
        {{ exceptions.raise_compiler_error(
            "The adapter " ~ target.type ~ " is not supported by shopapp_ecommerce. Choose a target"
            ~ " with one of these adapters: " ~ supported | join(', ') ~ "."
        ) }}
    {%- endif -%}
{% endmacro %}

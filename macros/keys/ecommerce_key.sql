{#-
  Id of a shop's record in the four tables: the id in the shop (`plain`, for one shop), or with
  the shop's id as prefix (`qualified`), so that ids of several shops never collide.
-#}
{% macro ecommerce_key(shop_id, record_id) %}
    {%- set id_format = ecommerce_setting('ecommerce_id_format') -%}
    {%- if id_format == 'plain' -%}
        {{ record_id }}
    {%- elif id_format == 'qualified' -%}
        {{ shop_id }} || ':' || {{ record_id }}
    {%- else -%}
        {{ exceptions.raise_compiler_error(
            "ecommerce_id_format is " ~ id_format ~ ". Set it to plain or qualified."
        ) }}
    {%- endif -%}
{% endmacro %}

{#-
  The id of a shop's record in the four tables: as the shop gives it (`plain`, one shop), or
  behind the shop's id (`qualified`), so that the ids of several shops cannot meet.
-#}
{% macro ecommerce_key(shop_id, record_id) %}
    {%- set id_format = ecommerce_setting('ecommerce_id_format') -%}
    {%- if id_format == 'plain' -%}
        {{ record_id }}
    {%- elif id_format == 'qualified' -%}
        {{ shop_id }} || ':' || {{ record_id }}
    {%- else -%}
        {{ exceptions.raise_compiler_error(
            "ecommerce_id_format is " ~ id_format ~ "; set it to plain or qualified."
        ) }}
    {%- endif -%}
{% endmacro %}

{#- Aggregate: the id of contacts of a group in which all ids are equal. Postgres has no minimum of
    type uuid. -#}
{% macro ecommerce_only_id(id) -%}
    {%- if ecommerce_setting('ecommerce_contacts_id_type') == 'uuid' -%}
        cast(min(cast({{ id }} as {{ ecommerce_type('text') }})) as {{ ecommerce_type('id') }})
    {%- else -%}
        min({{ id }})
    {%- endif -%}
{%- endmacro %}

{#-
  An SQL expression for a hash of all that decides an order's row besides raw, contacts and
  rates: the settings of matching and conversion, the shops' time zones, and the columns of the
  tables, which a new version may add to. Where it differs from the last run's, every order is a
  candidate again.
-#}
{% macro ecommerce_settings_hash() %}
    {%- set settings = [] -%}
    {%- for name in [
        'ecommerce_currency', 'ecommerce_id_format', 'ecommerce_contacts_relation',
        'ecommerce_contacts_id_column', 'ecommerce_contacts_id_type',
        'ecommerce_contacts_key_column', 'ecommerce_contacts_key_type',
        'ecommerce_contacts_email_column', 'ecommerce_contact_aliases_relation',
        'ecommerce_custom_rates_relation',
        'ecommerce_rate_max_age_days', 'ecommerce_rate_date',
    ] -%}
        {%- do settings.append(ecommerce_setting(name)) -%}
    {%- endfor -%}
    {%- if execute -%}
        {%- for model in ['ECommerce_Transaction', 'ECommerce_Item'] -%}
            {%- set node = graph.nodes.get('model.shopapp_ecommerce.' ~ model, {'columns': {}}) -%}
            {%- do settings.append(node.columns | list) -%}
        {%- endfor -%}
    {%- endif -%}
    md5('{{ local_md5(tojson(settings)) }}' || coalesce((
        select string_agg(shop_id || time_zone, ',' order by shop_id)
        from {{ ref('shopapp_ecommerce', 'stg_ecommerce__shops') }}
    ), ''))
{%- endmacro %}

{#-
  SQL expression for a hash of everything that the rows of an order depend on, except raw records,
  contacts and rates: the settings for matching and conversion, the raw schema, the shops, their
  time zones, the statuses, report rules and currencies, the columns of the tables, and how e-mail
  addresses and statuses are compared. If it differs from the hash of the newest run, every order is
  read.
-#}
{% macro ecommerce_settings_hash() %}
    {%- set settings = [] -%}
    {%- for name in [
        'ecommerce_currency',
        'ecommerce_id_format',
        'ecommerce_contacts_relation',
        'ecommerce_contacts_id_column',
        'ecommerce_contacts_id_type',
        'ecommerce_contacts_key_column',
        'ecommerce_contacts_key_type',
        'ecommerce_contacts_email_column',
        'ecommerce_contact_aliases_relation',
        'ecommerce_custom_rates_relation',
        'ecommerce_rate_max_age_days',
        'ecommerce_rate_date',
    ] -%}
        {%- do settings.append(ecommerce_setting(name)) -%}
    {%- endfor -%}
    {#- Increase a number when the macro returns other keys. -#}
    {%- do settings.append({'email_key': 2, 'status_key': 2}) -%}
    {%- if execute -%}
        {%- for source in graph.sources.values()
            if source.package_name == 'shopapp_ecommerce' and source.source_name == 'ecommerce_raw'
            and source.name == 'transactions' -%}
            {%- do settings.append(source.schema) -%}
        {%- endfor -%}
        {%- for name in _ecommerce_candidate_models() -%}
            {%- set node = graph.nodes.get('model.shopapp_ecommerce.' ~ name) -%}
            {%- for column in node.columns.values() -%}
                {%- do settings.append([column.name, column.data_type]) -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endif -%}
    {%- set texts = [
        "'" ~ local_md5(tojson(settings)) ~ "'",
        ecommerce_content(
            ref('shopapp_ecommerce', 'stg_ecommerce__shops'),
            ['shop_id', 'application', 'time_zone']
        ),
        ecommerce_content(
            ref('shopapp_ecommerce', 'ecommerce_currencies'),
            ['currency', 'minor_unit', 'retired_on']
        ),
        ecommerce_content(ref('shopapp_ecommerce', 'int_ecommerce__statuses'), [
            'application', 'status_key', 'financial_status', 'counts_as', 'is_open', 'is_paid',
        ]),
        ecommerce_content(ref('shopapp_ecommerce', 'int_ecommerce__report_rules'), [
            'application', 'fees_in_net', 'sale_day', 'cancelled_as', 'refund_without_lines',
        ]),
    ] -%}
    {{ dbt.hash(texts | join(' || ')) }}
{%- endmacro %}

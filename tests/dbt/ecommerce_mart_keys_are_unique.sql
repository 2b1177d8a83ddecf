-- The key of each mart is unique.
{%- set grains = {
    'ecommerce_sales_daily': ['id_shop', 'reported_on', 'original_currency'],
    'ecommerce_campaign_sales_daily': ['id_shop', 'ordered_on', 'campaign_key'],
    'ecommerce_cohorts': ['id_shop', 'cohort_month', 'month_number'],
    'ecommerce_contact_summary': ['id_contact'],
} %}
{%- if ecommerce_is_on('items') -%}
    {%- do grains.update({
        'ecommerce_product_sales_daily': ['id_shop', 'reported_on', 'id_product'],
    }) -%}
{%- endif -%}
{%- for mart, columns in grains.items() %}
select '{{ mart }}' as mart
{%- if columns[1:] and columns[1].endswith('_on') %}
from {{ ecommerce_touched_rows(ref('shopapp_ecommerce', mart), 'day', columns[:2]) }} as mart
{%- elif columns == ['id_contact'] %}
from {{ ecommerce_touched_rows(ref('shopapp_ecommerce', mart), 'contact', columns) }} as mart
{%- else %}
from {{ ref('shopapp_ecommerce', mart) }}
{%- endif %}
group by {{ columns | join(', ') }}
having count(*) > 1
{{ 'union all' if not loop.last }}
{%- endfor %}

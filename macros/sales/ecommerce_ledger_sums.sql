{#-
  Sales figures, as sums over rows of ecommerce_sales_ledger. The docs blocks with the same names
  describe the formulas. A discount and a return are positive here, and negative in the ledger.

  ecommerce_ledger_sums: the sums. names: names of the figures. prefix: `original_` for amounts
  before conversion, with names that begin with it.
  ecommerce_figures_by_event: names of the figures that are reported on the day of each event.
  of_goods: only those that goods have; orders have all.
  ecommerce_figures_by_order: names of the figures that are reported on the day of the order.
  ecommerce_unit_sums: numbers of units.
  ecommerce_product_figures: types of the figures of products and categories, by name.
  ecommerce_reported_on: column with the day of an event, from the setting returns_on.
-#}
{% macro ecommerce_ledger_sums(names, prefix='') -%}
    {%- set figures = {
        'gross_amount': ("event = 'sale'", ''),
        'discount_amount': ("event = 'discount' and in_net_sales", '-'),
        'return_amount': ("event = 'return'", '-'),
        'rounding_amount': ("event = 'rounding'", ''),
        'fee_amount': ("event in ('fee', 'fee_refund')", ''),
        'net_amount': ('in_net_sales', ''),
        'shipping_amount': ("event in ('shipping', 'shipping_refund')", ''),
        'tax_amount': ("event in ('tax', 'tax_refund')", ''),
        'duty_amount': ("event in ('duty', 'duty_refund')", ''),
        'tip_amount': ("event in ('tip', 'tip_refund')", ''),
        'total_amount': ('in_total_sales', ''),
        'gift_card_amount': (
            "event = 'gift_card_sale' or (event = 'discount' and not in_net_sales)", ''
        ),
        'projected_revenue_amount': (
            "in_net_sales and event not in ('fee', 'fee_refund')", ''
        ),
        'realised_revenue_amount': (
            "in_net_sales and event not in ('fee', 'fee_refund') and is_paid", ''
        ),
    } -%}
    {%- set zero = ecommerce_zero('quantity_sum' if prefix else 'sum') -%}
    {%- for name in names -%}
    {%- set condition, sign = figures[name] -%}
    coalesce(sum(case when {{ condition }} then {{ sign }}{{ prefix }}amount end), {{ zero }})
            as {{ prefix }}{{ name }}
        {%- if not loop.last %},
        {% endif %}
    {%- endfor %}
{%- endmacro %}

{% macro ecommerce_figures_by_event(of_goods=false) -%}
    {%- set goods = [
        'gross_amount', 'discount_amount', 'return_amount', 'rounding_amount', 'fee_amount',
        'net_amount',
    ] -%}
    {%- set charges = [
        'shipping_amount', 'tax_amount', 'duty_amount', 'tip_amount', 'total_amount',
        'gift_card_amount',
    ] -%}
    {{- return(goods if of_goods else goods + charges) -}}
{%- endmacro %}

{% macro ecommerce_figures_by_order() -%}
    {{- return(['projected_revenue_amount', 'realised_revenue_amount']) -}}
{%- endmacro %}

{% macro ecommerce_unit_sums() -%}
    {%- set zero = ecommerce_zero('quantity_sum') -%}
    coalesce(sum(case when event in ('sale', 'return') then quantity end), {{ zero }})
            as unit_count,
        coalesce(sum(case when event = 'sale' then quantity end), {{ zero }}) as sold_unit_count,
        coalesce(sum(case when event = 'return' then -quantity end), {{ zero }})
            as returned_unit_count
{%- endmacro %}

{% macro ecommerce_product_figures() -%}
    {%- set types = {} -%}
    {%- for name in ecommerce_unit_names() %}{% do types.update({name: 'quantity_sum'}) %}{% endfor -%}
    {%- for name in ecommerce_figures_by_event(of_goods=true) + ecommerce_figures_by_order() -%}
        {%- do types.update({name: 'sum'}) -%}
    {%- endfor -%}
    {{- return(types) -}}
{%- endmacro %}

{% macro ecommerce_reported_on() -%}
    {{- 'ordered_on' if ecommerce_setting('ecommerce_returns_on') == 'order' else 'occurred_on' -}}
{%- endmacro %}

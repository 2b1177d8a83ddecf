{#-
  A line's share of its order's converted amount, by largest remainder: every line is cut to the
  minor unit, and the units that are missing to `total` go to the lines that lost most, so that
  the lines sum to the order exactly. Where the shop's own lines miss its order by more than
  rounding, no share could be fair: then every line rounds by itself.

  exact: the line's converted amount, unrounded; total: the order's, rounded to `exponent`
  decimals; partition_by: the order; order_by: what decides between equal remainders; adds_up:
  whether the shop's own lines sum to its order, but for rounding.
-#}
{% macro ecommerce_allocate(exact, total, exponent, partition_by, order_by, adds_up='false') %}
    {%- set unit = 'power(cast(10 as numeric), -' ~ exponent ~ ')' -%}
    {%- set whole = 'floor(' ~ exact ~ ' * power(cast(10 as numeric), ' ~ exponent ~ ')) * ' ~ unit -%}
    {%- set missing_units =
        '(' ~ total ~ ' - sum(' ~ whole ~ ') over (partition by ' ~ partition_by ~ ')) / ' ~ unit -%}
    {%- set line_count = 'count(' ~ exact ~ ') over (partition by ' ~ partition_by ~ ')' -%}
    {%- set place = 'row_number() over (partition by ' ~ partition_by ~ ' order by ' ~ exact ~ ' - '
        ~ whole ~ ' desc nulls last, ' ~ order_by ~ ')' -%}
    {#- What every line gets of more units than there are lines, or less than none. -#}
    {%- set units_each = 'floor(' ~ missing_units ~ ' / nullif(' ~ line_count ~ ', 0))' -%}
    round(case
        when {{ missing_units }} between 0 and {{ line_count }}
            then {{ whole }} + case when {{ place }} <= {{ missing_units }} then {{ unit }} else 0 end
        when {{ adds_up }}
            then {{ whole }} + {{ unit }} * ({{ units_each }} + case
                when {{ place }} <= {{ missing_units }} - {{ units_each }} * {{ line_count }} then 1
                else 0
            end)
        else {{ exact }}
    end, {{ exponent }})
{%- endmacro %}

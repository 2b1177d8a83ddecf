{#-
  A line's share of its order's converted amount, by the largest remainder method: every line is
  rounded down to the minor unit, and the missing units go to the lines with the largest
  remainders, so that the lines sum exactly to `total`. If lines and order differ by more than
  rounding before conversion, no allocation is right, and every line is rounded separately.

  exact: the line's converted amount, unrounded. total: the order's converted amount, rounded to
  `exponent` decimals. partition_by: columns that identify the order. order_by: columns that order
  equal remainders. adds_up: whether the lines' amounts before conversion sum to the order's,
  except for rounding.
-#}
{% macro ecommerce_allocate(exact, total, exponent, partition_by, order_by, adds_up='false') %}
    {%- set unit = 'power(cast(10 as numeric), -' ~ exponent ~ ')' -%}
    {%- set whole = 'floor(' ~ exact ~ ' * power(cast(10 as numeric), ' ~ exponent ~ ')) * ' ~ unit -%}
    {%- set missing_units =
        '(' ~ total ~ ' - sum(' ~ whole ~ ') over (partition by ' ~ partition_by ~ ')) / ' ~ unit -%}
    {%- set line_count = 'count(' ~ exact ~ ') over (partition by ' ~ partition_by ~ ')' -%}
    {%- set place = 'row_number() over (partition by ' ~ partition_by ~ ' order by ' ~ exact ~ ' - '
        ~ whole ~ ' desc nulls last, ' ~ order_by ~ ')' -%}
    {#- Units that every line gets, if there are more missing units than lines or fewer than zero. -#}
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

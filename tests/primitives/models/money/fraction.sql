{%- set fraction = ecommerce_fraction(
    ('amount', 10), ('rate_to', 12), ('rate_from', 12), 2
) -%}
{%- set remainder = ecommerce_fraction_remainder(fraction.numerator, fraction.divisor) -%}
select
    name,
    {{ exact(ecommerce_from_units(
        ecommerce_fraction_floor(fraction.numerator, fraction.divisor), 2
    )) }} as rounded_down,
    rank() over (partition by rate_from order by {{ remainder }} desc) as remainder_rank,
    {{ exact(ecommerce_to_units('amount', 2)) }} as units

from {{ ref('shopapp_ecommerce', 'convert_cases') }}

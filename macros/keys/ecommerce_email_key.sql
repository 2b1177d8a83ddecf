{#-
  E-mail address, normalized for comparison, of orders and contacts alike: the address in
  `Name <address>`, without `mailto:`, quotation marks, commas and spaces around it, as
  ecommerce_folded, in Unicode NFC, with the domain in Unicode instead of punycode. The key of a
  text that has no address, or several, is null.

  Most addresses are letters and digits of ASCII, and need no more than lower case. A domain in
  punycode has two hyphens.
-#}
{% macro ecommerce_email_key(email) %}
    {{- adapter.dispatch('ecommerce_email_key', 'shopapp_ecommerce')(email) -}}
{% endmacro %}

{% macro postgres__ecommerce_email_key(email) %}
    {%- set text = 'cast(' ~ email ~ ' as text)' -%}
    {%- set found -%}
        substring(
            regexp_replace(
                regexp_replace(
                    normalize({{ ecommerce_folded(text) }}, nfc),
                    '^.*<([^<>]*@[^<>]*)>[^<>]*$', '\1'
                ),
                '{{ _ecommerce_around_address() }}', '', 'g'
            ),
            '^[^@ ]+@[^@ ]+$'
        )
    {%- endset -%}
    case
        when
            {{ text }} ~ '^{{ _ecommerce_plain_address() }}$'
            and {{ text }} not like '%--%'
            then lower({{ text }} collate "C") collate "default"
        when {{ text }} ilike '%@%xn--%'
            then (
                select coalesce(normalize({{ ecommerce_folded('decoded') }}, nfc), address)
                from (
                    select
                        address,
                        {{ ecommerce_unicode_domain('given.address') }} as decoded
                    from (select {{ found }} as address) as given
                ) as decoded
            )
        else {{ found }}
    end
{%- endmacro %}

{#- The subquery has the condition, too, because the engine computes it for all rows. -#}
{% macro duckdb__ecommerce_email_key(email) %}
    {%- set text = 'cast(' ~ email ~ ' as text)' -%}
    {%- set found -%}
        nullif(
            regexp_extract(
                regexp_replace(
                    regexp_replace(
                        nfc_normalize({{ ecommerce_folded(text) }}),
                        '^.*<([^<>]*@[^<>]*)>[^<>]*$', '\1'
                    ),
                    '{{ _ecommerce_around_address() }}', '', 'g'
                ),
                '^[^@ ]+@[^@ ]+$'
            ),
            ''
        )
    {%- endset -%}
    case
        when
            regexp_full_match({{ text }}, '{{ _ecommerce_plain_address() }}')
            and {{ text }} not like '%--%'
            then lower({{ text }})
        when {{ text }} ilike '%@%xn--%'
            then (
                select coalesce(nfc_normalize({{ ecommerce_folded('decoded') }}), address)
                from (
                    select
                        address,
                        {{ ecommerce_unicode_domain('given.address') }} as decoded
                    from (
                        select case when {{ text }} ilike '%@%xn--%' then {{ found }} end as address
                    ) as given
                ) as decoded
            )
        else {{ found }}
    end
{%- endmacro %}

{#- Spark has no function for NFC or punycode. Text of code points below U+0300 is NFC. The key of
    another text, and of a domain in punycode, is unknown and null. -#}
{% macro spark__ecommerce_email_key(email) %}
    {%- set folded = ecommerce_folded('cast(' ~ email ~ ' as string)') -%}
    nullif(
        regexp_extract(
            regexp_replace(
                regexp_replace(
                    case
                        when
                            {{ folded }} rlike '^[\\x{0}-\\x{2ff}]+\\z'
                            and not {{ folded }} like '%@%xn--%'
                            then {{ folded }}
                    end,
                    '^.*<([^<>]*@[^<>]*)>[^<>]*$', '$1'
                ),
                '{{ _ecommerce_around_address() | replace("\\", "\\\\") }}', ''
            ),
            '^[^@ ]+@[^@ ]+$', 0
        ),
        ''
    )
{%- endmacro %}

{% macro _ecommerce_plain_address() -%}
    [A-Za-z0-9._%+-]+@[A-Za-z0-9.-]*[A-Za-z0-9]
{%- endmacro %}

{#- What surrounds an address at its begin and its end; `\x27` is the apostrophe. -#}
{% macro _ecommerce_around_address() -%}
    ^[ "\x27(),;<>]*(mailto:)?[ "\x27(),;<>]*|[ "\x27(),;<>.]*([?][^@]*)?$
{%- endmacro %}

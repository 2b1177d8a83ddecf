{%- set has_relation = ecommerce_setting('ecommerce_contacts_relation') != '' -%}
{%- set id_type = ecommerce_setting('ecommerce_contacts_id_type') -%}
{%- set key_column = ecommerce_setting('ecommerce_contacts_key_column') -%}
{%- set key_type = ecommerce_setting('ecommerce_contacts_key_type') -%}
{%- set brought_key =
    'transactions.email_normalized' if ecommerce_key_is_email() else 'transactions.customer_id' %}

with

transactions as (

    select * from {{ ref('shopapp_ecommerce', 'int_ecommerce__transactions_complete') }}

),

customers as (

    select * from {{ ref('shopapp_ecommerce', 'stg_ecommerce__customers') }}

),

-- What the order brings for each rule, in the form in which contacts carry it.
identified as (

    select
        transactions.*,
        {{ ecommerce_try_cast('transactions.id_contact', id_type) }} as brought_id,
        {{ ecommerce_match_key(brought_key) }} as brought_key,
        customers.email_normalized as customer_email

    from transactions
    left join customers
        on transactions.shop_id = customers.shop_id
        and transactions.customer_id = customers.customer_id

),

-- Per rule: which contacts answer, each as the one that it was merged into, if it was. Looked up
-- per order by an index of the table itself: a CTE that is named more than once would be read
-- whole, each time.
looked_up as (

    select
        identified.*,
    {%- for rule in ['by_id', 'by_key', 'by_customer', 'by_email'] %}
        {{ rule }}.contact_count as {{ rule }}_count,
        {{ rule }}.id_contact as {{ rule }}_contact{{ ',' if not loop.last }}
    {%- endfor %}

    from identified
    {%- set conditions = {
        'by_id': 'contacts.id_contact = identified.brought_id' if has_relation else 'false',
        'by_key': 'contacts.match_key = identified.brought_key' if key_column else 'false',
        'by_customer': 'contacts.email_key = identified.customer_email' if has_relation else
            'contacts.shop_id = identified.shop_id and contacts.customer_id = identified.customer_id',
        'by_email': 'contacts.email_key = identified.email_normalized' if has_relation else 'false',
    } %}
    {%- for rule, condition in conditions.items() %}
    cross join lateral (
        select
            -- A contact whose id is listed several times counts once more: it is not one.
            count(distinct contacts.surviving_id_contact)
            + count(*) filter (where contacts.is_ambiguous) as contact_count,
            (array_agg(contacts.surviving_id_contact))[1] as id_contact

        from {{ ref('shopapp_ecommerce', 'ecommerce_contacts').render() }} as contacts
        where
            {{ condition }}
            and contacts.surviving_id_contact is not null
    ) as {{ rule }}
    {%- endfor %}

),

-- The first rule that any contact answers decides. An id that the order states is never
-- second-guessed: if no living contact has it, no other rule is asked.
decided as (

    select
        looked_up.*,
        case
            when is_erased then null
    {%- if has_relation %}
            when id_contact is not null then 'id_contact'
    {%- endif %}
            when by_key_count > 0 then 'primary_key'
            when by_customer_count > 0 then 'customer'
            when by_email_count > 0 then 'email'
        end as rule

    from looked_up

),

answered as (

    select
        decided.*,
    {%- for answer in ['count', 'contact'] %}
        case rule
            when 'id_contact' then by_id_{{ answer }}
            when 'primary_key' then by_key_{{ answer }}
            when 'customer' then by_customer_{{ answer }}
            when 'email' then by_email_{{ answer }}
        end as answer_{{ answer }}{{ ',' if not loop.last }}
    {%- endfor %}

    from decided

),

statused as (

    select
        answered.*,
        case
            when is_erased then 'erased'
            when answer_count > 1 then 'ambiguous'
            when rule = 'id_contact' and answer_count = 0 then 'unmatched'
            when rule = 'id_contact' and by_key_count > 0 and (
                by_key_count > 1 or by_key_contact <> by_id_contact
            ) then 'conflict'
            when rule is not null then 'matched'
            when customer_id is null then 'guest'
            else 'unmatched'
        end as contact_match_status

    from answered

),

matched as (

    select
        statused.*,
        case when contact_match_status = 'matched' then rule end as contact_match_method,
        case when contact_match_status = 'matched' then answer_contact end as matched_contact,
        case
            when contact_match_status in ('matched', 'erased') then null
            when email_normalized is not null then md5(shop_id || '|email|' || email_normalized)
            else {{ ecommerce_order_guest_key('shop_id', 'transaction_id') }}
        end as guest_key

    from statused

)

select
    matched.*,
    {%- if key_column %}
    {{ ecommerce_try_cast('contacts.contact_key', key_type) }} as contact_key
    {%- else %}
    matched.customer_id as contact_key
    {%- endif %}

from matched
left join {{ ref('shopapp_ecommerce', 'ecommerce_contacts').render() }} as contacts
    on matched.matched_contact = contacts.id_contact

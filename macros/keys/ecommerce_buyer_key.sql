{#-
  Key of an order's buyer: the contact, else the guest; null for a guest who cannot be recognized.

  transactions: alias of ECommerce_Transaction, with lower-case names.
-#}
{% macro ecommerce_buyer_key(transactions) -%}
case
            when {{ transactions }}.id_contact is not null
                then 'contact|' || cast({{ transactions }}.id_contact as {{ ecommerce_type('text') }})
            when {{ transactions }}.guest_key <> {{ ecommerce_order_guest_key(
                transactions ~ '.id_shop',
                ecommerce_record_id(transactions ~ '.id_shop', transactions ~ '.id_transaction')
            ) }} then 'guest|' || {{ transactions }}.guest_key
        end
{%- endmacro %}

{#-
  Query with the ids of some orders, and of all other orders of their buyers, as they were and as they
  are. Orders are numbered by buyer.

  orders: query with id_transaction.
-#}
{% macro ecommerce_orders_of_buyers(orders) %}
    with changed as ({{ orders }}),

    buyers as (

        select enriched.buyer_key
        from {{ this }} as enriched
        inner join changed
            on enriched.id_transaction = changed.id_transaction
        union
        select {{ ecommerce_buyer_key('transactions') }}
        from {{ ecommerce_lower_names(
            ecommerce_relation('ECommerce_Transaction'), 'ECommerce_Transaction',
            columns=['idTransaction', 'idContact', 'guestKey', 'idShop']
        ) }} as transactions
        inner join changed
            on transactions.id_transaction = changed.id_transaction

    )

    select id_transaction from changed
    union
    select enriched.id_transaction
    from {{ this }} as enriched
    inner join buyers
        on enriched.buyer_key = buyers.buyer_key
{% endmacro %}

{#-
  Distinct values as keys of ecommerce_changed_keys: JSON arrays of texts, which ecommerce_json_element
  reads.

  ecommerce_campaign_mention: batch, channel and name of an interaction; null without batch and name.
  ecommerce_campaign_label: campaign, name, channel and source of an attributed order; null for orders
  that are not attributed.
-#}
{% macro ecommerce_campaign_mention() -%}
    case
        when id_batch is not null or campaign_name is not null
            then {{ ecommerce_json_list([
                'cast(id_batch as ' ~ ecommerce_type('text') ~ ')', 'channel', 'campaign_name'
            ]) }}
    end
{%- endmacro %}

{% macro ecommerce_campaign_label() -%}
    case
        when campaign_key <> 'unattributed'
            then {{ ecommerce_json_list([
                'campaign_key', 'campaign_name', 'campaign_channel', 'campaign_source'
            ]) }}
    end
{%- endmacro %}

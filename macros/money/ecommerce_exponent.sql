{#-
  Number of decimals of the reporting currency, as a literal: ISO 4217's minor unit, else four
  decimals, as the tables keep them. dbt compiles models without reading seeds, so the list of
  ecommerce_currencies is repeated here. Written by `python seeds/generate.py`; do not edit.
-#}
{% macro ecommerce_exponent() %}
    {%- set currencies = {
        0: [
            'BEF', 'BIF', 'BYR', 'CLP', 'DJF', 'ESP', 'GNF', 'ISK', 'ITL', 'JPY', 'KMF', 'KRW',
            'LUF', 'PTE', 'PYG', 'RWF', 'TRL', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF', 'XPF',
        ],
        2: [
            'AED', 'AFN', 'ALL', 'AMD', 'ANG', 'AOA', 'ARS', 'ATS', 'AUD', 'AWG', 'AZN', 'BAM',
            'BBD', 'BDT', 'BGN', 'BMD', 'BND', 'BOB', 'BOV', 'BRL', 'BSD', 'BTN', 'BWP', 'BYN',
            'BZD', 'CAD', 'CDF', 'CHE', 'CHF', 'CHW', 'CNY', 'COP', 'COU', 'CRC', 'CUC', 'CUP',
            'CVE', 'CYP', 'CZK', 'DEM', 'DKK', 'DOP', 'DZD', 'EEK', 'EGP', 'ERN', 'ETB', 'EUR',
            'FIM', 'FJD', 'FKP', 'FRF', 'GBP', 'GEL', 'GHC', 'GHS', 'GIP', 'GMD', 'GRD', 'GTQ',
            'GYD', 'HKD', 'HNL', 'HRK', 'HTG', 'HUF', 'IDR', 'IEP', 'ILS', 'INR', 'IRR', 'JMD',
            'KES', 'KGS', 'KHR', 'KPW', 'KYD', 'KZT', 'LAK', 'LBP', 'LKR', 'LRD', 'LSL', 'LTL',
            'LVL', 'MAD', 'MDL', 'MGA', 'MKD', 'MMK', 'MNT', 'MOP', 'MRO', 'MRU', 'MTL', 'MUR',
            'MVR', 'MWK', 'MXN', 'MXV', 'MYR', 'MZN', 'NAD', 'NGN', 'NIO', 'NLG', 'NOK', 'NPR',
            'NZD', 'PAB', 'PEN', 'PGK', 'PHP', 'PKR', 'PLN', 'QAR', 'ROL', 'RON', 'RSD', 'RUB',
            'SAR', 'SBD', 'SCR', 'SDG', 'SEK', 'SGD', 'SHP', 'SIT', 'SKK', 'SLE', 'SLL', 'SOS',
            'SRD', 'SSP', 'STD', 'STN', 'SVC', 'SYP', 'SZL', 'THB', 'TJS', 'TMT', 'TOP', 'TRY',
            'TTD', 'TWD', 'TZS', 'UAH', 'USD', 'USN', 'UYU', 'UZS', 'VED', 'VEF', 'VES', 'WST',
            'XAD', 'XCD', 'XCG', 'YER', 'ZAR', 'ZMK', 'ZMW', 'ZWG', 'ZWL',
        ],
        3: [
            'BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND',
        ],
        4: [
            'CLF', 'UYW',
        ],
    } -%}
    {%- set currency = ecommerce_currency().strip("'") -%}
    {%- for exponent, codes in currencies.items() if currency in codes -%}
        {{- return(exponent) -}}
    {%- endfor -%}
    {{- return(4) -}}
{% endmacro %}

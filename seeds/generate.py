"""Write the seed of currencies and the macro ecommerce_exponent: `python seeds/generate.py`.

Run it after a change of ISO 4217 or of the euro area. Codes, names and minor units come from
ISO 4217 through the package `iso4217`. Withdrawn currencies are listed below, with their minor
units from ISO 4217. Fixed rates are from regulations of the Council of the European Union, in
units per euro.
"""

from __future__ import annotations

import csv
import io
import textwrap
from pathlib import Path

import iso4217

# Fixed rate, first day and Council Regulation by currency.
EURO_FIXED = {
    "ATS": ("13.7603", "1999-01-01", "(EC) 2866/98"),
    "BEF": ("40.3399", "1999-01-01", "(EC) 2866/98"),
    "DEM": ("1.95583", "1999-01-01", "(EC) 2866/98"),
    "ESP": ("166.386", "1999-01-01", "(EC) 2866/98"),
    "FIM": ("5.94573", "1999-01-01", "(EC) 2866/98"),
    "FRF": ("6.55957", "1999-01-01", "(EC) 2866/98"),
    "IEP": ("0.787564", "1999-01-01", "(EC) 2866/98"),
    "ITL": ("1936.27", "1999-01-01", "(EC) 2866/98"),
    "LUF": ("40.3399", "1999-01-01", "(EC) 2866/98"),
    "NLG": ("2.20371", "1999-01-01", "(EC) 2866/98"),
    "PTE": ("200.482", "1999-01-01", "(EC) 2866/98"),
    "GRD": ("340.750", "2001-01-01", "(EC) 1478/2000"),
    "SIT": ("239.640", "2007-01-01", "(EC) 1086/2006"),
    "CYP": ("0.585274", "2008-01-01", "(EC) 1135/2007"),
    "MTL": ("0.429300", "2008-01-01", "(EC) 1134/2007"),
    "SKK": ("30.1260", "2009-01-01", "(EC) 694/2008"),
    "EEK": ("15.6466", "2011-01-01", "(EU) 671/2010"),
    "LVL": ("0.702804", "2014-01-01", "(EU) 870/2013"),
    "LTL": ("3.45280", "2015-01-01", "(EU) 851/2014"),
    "HRK": ("7.53450", "2023-01-01", "(EU) 2022/1208"),
    "BGN": ("1.95583", "2026-01-01", "(EU) 2025/1409"),
}

# Withdrawn codes: (name, minor unit, withdrawal date).
HISTORIC = {
    "ATS": ("Austrian Schilling", 2, "2002-03-01"),
    "BEF": ("Belgian Franc", 0, "2002-03-01"),
    "DEM": ("Deutsche Mark", 2, "2002-01-01"),
    "ESP": ("Spanish Peseta", 0, "2002-03-01"),
    "FIM": ("Markka", 2, "2002-03-01"),
    "FRF": ("French Franc", 2, "2002-02-18"),
    "IEP": ("Irish Pound", 2, "2002-02-10"),
    "ITL": ("Italian Lira", 0, "2002-03-01"),
    "LUF": ("Luxembourg Franc", 0, "2002-03-01"),
    "NLG": ("Netherlands Guilder", 2, "2002-01-28"),
    "PTE": ("Portuguese Escudo", 0, "2002-03-01"),
    "GRD": ("Drachma", 2, "2002-03-01"),
    "SIT": ("Tolar", 2, "2007-01-15"),
    "CYP": ("Cyprus Pound", 2, "2008-02-01"),
    "MTL": ("Maltese Lira", 2, "2008-02-01"),
    "SKK": ("Slovak Koruna", 2, "2009-01-17"),
    "EEK": ("Kroon", 2, "2011-01-15"),
    "LVL": ("Latvian Lats", 2, "2014-01-15"),
    "LTL": ("Lithuanian Litas", 2, "2015-01-16"),
    "HRK": ("Croatian Kuna", 2, "2023-01-15"),
    "BGN": ("Bulgarian Lev", 2, "2026-02-01"),
    "ROL": ("Old Leu", 2, "2007-01-01"),
    "TRL": ("Old Turkish Lira", 0, "2006-01-01"),
    "BYR": ("Belarusian Ruble (2000)", 0, "2017-01-01"),
    "GHC": ("Cedi (1979)", 2, "2008-01-01"),
    "MRO": ("Ouguiya (1973)", 2, "2019-01-01"),
    "STD": ("Dobra (1977)", 2, "2018-07-01"),
    "VEF": ("Bolívar Fuerte", 2, "2019-01-01"),
    "ZMK": ("Zambian Kwacha (1968)", 2, "2013-07-01"),
    "ZWL": ("Zimbabwe Dollar (2009)", 2, "2024-09-01"),
    "SLL": ("Leone (1964)", 2, "2024-04-01"),
    "ANG": ("Netherlands Antillean Guilder", 2, "2025-07-01"),
    "CUC": ("Peso Convertible", 2, "2021-07-01"),
}

MACRO = """\
{{#-
  Number of decimals of the reporting currency, as a literal: ISO 4217's minor unit, else four
  decimals, as the tables keep them. dbt compiles models without reading seeds, so the list of
  ecommerce_currencies is repeated here. Written by `python seeds/generate.py`; do not edit.
-#}}
{{% macro ecommerce_exponent() %}}
    {{%- set currencies = {{
{lines}
    }} -%}}
    {{%- set currency = ecommerce_currency().strip("'") -%}}
    {{%- for exponent, codes in currencies.items() if currency in codes -%}}
        {{{{- return(exponent) -}}}}
    {{%- endfor -%}}
    {{{{- return(4) -}}}}
{{% endmacro %}}
"""


def currencies() -> dict[str, tuple[str, int | None, str | None]]:
    """Return name, minor unit and withdrawal date by currency."""
    rows: dict[str, tuple[str, int | None, str | None]] = {
        currency.code: (currency.currency_name, currency.exponent, None)
        for currency in iso4217.Currency
    }
    return dict(sorted((rows | HISTORIC).items()))


def exponent_macro() -> str:
    """Return the text of `ecommerce_exponent.sql`."""
    codes: dict[int, list[str]] = {}
    for code, (_, exponent, _) in currencies().items():
        if exponent is not None:
            codes.setdefault(exponent, []).append(code)
    lines = []
    for exponent, found in sorted(codes.items()):
        lines.append(f"        {exponent}: [")
        text = ", ".join(f"'{code}'" for code in found) + ","
        lines += textwrap.wrap(text, 96, initial_indent=" " * 12, subsequent_indent=" " * 12)
        lines.append("        ],")
    return MACRO.format(lines="\n".join(lines))


def currencies_csv() -> str:
    """Return the text of `ecommerce_currencies.csv`."""
    lines = []
    for code, (name, exponent, retired_on) in currencies().items():
        fixed = EURO_FIXED.get(code, (None, None, None))
        active = "false" if retired_on else "true"
        lines.append((code, name, exponent, active, retired_on, *fixed))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    header = "currency name minor_unit is_active retired_on"
    writer.writerow(f"{header} euro_fixed_rate euro_fixed_on euro_fixed_by".split())
    writer.writerows(lines)
    return text.getvalue()


if __name__ == "__main__":
    folder = Path(__file__).parent
    (folder / "ecommerce_currencies.csv").write_text(currencies_csv(), encoding="utf-8")
    macro = folder.parent / "macros" / "money" / "ecommerce_exponent.sql"
    macro.write_text(exponent_macro(), encoding="utf-8")

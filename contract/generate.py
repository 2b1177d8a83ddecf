"""Write every file that repeats a field of the contract: run ``make contract`` after a change.

Each stream is defined in ``contract/<stream>.yml``; ``contract/README.md`` describes the keys.
"""

from __future__ import annotations

from pathlib import Path

from definition import FOLDER, RATES_STREAM, SHOP_STREAMS, load
from python_files import rates_contract, shop_contract, shop_readers
from sql_files import raw_columns
from yaml_files import openapi, staging

ROOT = Path(__file__).parents[1]
SHOP_CONTRACT = "taps/tap-shopapp/tap_shopapp/contract.py"
SHOP_READERS = "taps/tap-shopapp/tap_shopapp/records/readers.py"
RATES_CONTRACT = "taps/tap-ecb-rates/tap_ecb_rates/contract.py"
OPENAPI = "taps/tap-shopapp/openapi.yaml"
RAW_COLUMNS = "macros/raw/ecommerce_raw_columns.sql"
STAGING = "models/ecommerce/staging/_staging.yml"


def rendered(folder: Path = FOLDER) -> dict[str, str]:
    """Return the text of every file that is written, by its path.

    Args:
        folder: Where the streams are defined.
    """
    streams = load(folder)
    shop = [streams[name] for name in SHOP_STREAMS]
    return {
        SHOP_CONTRACT: shop_contract(shop),
        SHOP_READERS: shop_readers(shop),
        RATES_CONTRACT: rates_contract(streams[RATES_STREAM]),
        OPENAPI: openapi((ROOT / OPENAPI).read_text(encoding="utf-8"), shop),
        RAW_COLUMNS: raw_columns(streams.values()),
        STAGING: staging(streams.values()),
    }


def main() -> None:
    """Write every file."""
    for path, text in rendered().items():
        (ROOT / path).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()

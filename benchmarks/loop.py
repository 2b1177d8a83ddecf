"""Lower bound: a requests + orjson loop that writes one line per order, line and refund.

    python loop.py URL

The loop has no conversion, checks or state.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import orjson
import requests

if TYPE_CHECKING:
    from collections.abc import Iterator

COLLECTIONS = ("categories", "products", "customers", "transactions")


def pages(url: str, collection: str) -> Iterator[dict[str, list[dict[str, Any]]]]:
    """Yield a collection's pages, with the lines and refunds of orders as separate lists."""
    with requests.Session() as session:
        cursor: str | None = ""
        while cursor is not None:
            query = {"limit": "250"} | ({"cursor": cursor} if cursor else {})
            page = orjson.loads(
                session.get(f"{url}/v1/{collection}", params=query, timeout=60).content
            )
            records = {collection: page["data"]}
            if collection == "transactions":
                for name in ("items", "refunds"):
                    records[name] = children = []
                    for order in page["data"]:
                        for child in order.pop(name):
                            child["transaction_id"] = order["id"]
                            children.append(child)
            yield records
            cursor = page["next_cursor"]


def main() -> None:
    """Write all records to stdout."""
    for collection in COLLECTIONS:
        for page in pages(sys.argv[1], collection):
            for stream, records in page.items():
                start = b'{"type":"RECORD","stream":"%b","record":' % stream.encode()
                sys.stdout.buffer.writelines(
                    start + orjson.dumps(record) + b"}\n" for record in records
                )


if __name__ == "__main__":
    main()

"""Lower bound: repeat recorded requests and write one line per record and order line.

    python recorded_loop.py URL REQUESTS TIMES

The loop repeats all requests TIMES times, without conversion, checks or state.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
import requests

if TYPE_CHECKING:
    from collections.abc import Iterator

# Names of the lines of an order: ShopApp and Adobe Commerce, Shopify, Vendure, WooCommerce.
LINES = ("items", "lineItems", "lines", "line_items")


def pages(body: Any) -> Iterator[list[dict[str, Any]]]:  # noqa: ANN401 - JSON
    """Yield the lists of records in an answer of any application."""
    data = body.get("data", body) if isinstance(body, dict) else body
    for found in data.values() if isinstance(data, dict) else (data,):
        if isinstance(found, list):
            yield found
        elif isinstance(found, dict):
            yield found.get("items") or [edge["node"] for edge in found.get("edges", ())]


def main() -> None:
    """Write all records to stdout."""
    url, recorded, times = sys.argv[1:]
    recorded_requests = orjson.loads(Path(recorded).read_bytes())
    out = sys.stdout.buffer
    with requests.Session() as session:
        session.trust_env = False
        for method, path, headers, body in recorded_requests * int(times):
            answer = session.request(
                method, f"{url}{path}", headers=headers, data=body.encode(), timeout=60
            )
            for page in pages(orjson.loads(answer.content)):
                for record in page:
                    name = next((name for name in LINES if name in record), "")
                    lines = record.pop(name, None) or ()
                    for each in lines["edges"] if isinstance(lines, dict) else lines:
                        line = each.get("node", each)
                        line["order_id"] = record.get("id", record.get("entity_id"))
                        out.write(b'{"type":"RECORD","record":%b}\n' % orjson.dumps(line))
                    out.write(b'{"type":"RECORD","record":%b}\n' % orjson.dumps(record))


if __name__ == "__main__":
    main()

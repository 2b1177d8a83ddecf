"""Load with dlt's rest_api source and merge; dlt extracts the lines from the orders.

python dlt_load.py URL DATABASE_URL
"""

from __future__ import annotations

import sys

import dlt
from dlt.sources.rest_api import rest_api_source
from loop import COLLECTIONS


def main() -> None:
    """Load all collections."""
    url, database = sys.argv[1:]
    source = rest_api_source(
        {
            "client": {
                "base_url": url,
                "auth": {"type": "bearer", "token": "t"},
                "paginator": {
                    "type": "cursor",
                    "cursor_path": "next_cursor",
                    "cursor_param": "cursor",
                },
            },
            "resource_defaults": {"primary_key": "id", "write_disposition": "merge"},
            "resources": [
                {
                    "name": name,
                    "endpoint": {
                        "path": f"/v1/{name}",
                        "data_selector": "data",
                        "params": {
                            "limit": 250,
                            "updated_since": {
                                "type": "incremental",
                                "cursor_path": "updated_at",
                                "initial_value": "2020-01-01T00:00:00Z",
                            },
                        },
                    },
                }
                for name in COLLECTIONS
            ],
        }
    )
    pipeline = dlt.pipeline(
        "shop", destination=dlt.destinations.postgres(database), dataset_name="raw_dlt"
    )
    pipeline.run(source)


if __name__ == "__main__":
    main()

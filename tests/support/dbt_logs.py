"""The SQL that dbt compiled and executed, from its log and its artifacts."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

LOG_SETTINGS = {
    "DBT_LOG_FORMAT_FILE": "json",
    "DBT_LOG_FILE_MAX_BYTES": "0",
    "DBT_LOG_LEVEL_FILE": "debug",
    "DBT_WRITE_JSON": "true",
}
"""Environment variables for a log that has every statement and is one file, and artifacts."""
_COMMENT = re.compile(r"^/\*.*?\*/\s*", re.DOTALL)
_QUOTES = re.compile(r"[\"`]")


class Statement(NamedTuple):
    """A statement that dbt executed for a node."""

    node: str
    sql: str


def statements(folder: Path) -> list[Statement]:
    """Return the statements of all builds in the order of execution."""
    found = []
    with (folder / "logs" / "dbt.log").open(encoding="utf-8") as lines:
        for line in lines:
            event: dict[str, Any] = json.loads(line)
            node = event["data"].get("node_info", {}).get("unique_id")
            if event["info"]["name"] == "SQLQuery" and node:
                sql = _COMMENT.sub("", event["data"]["sql"].strip())
                found.append(Statement(node, sql))
    return found


def compiled(folder: Path) -> dict[str, str]:
    """Return the compiled SQL of each node of the last build."""
    results = json.loads((folder / "target" / "run_results.json").read_text(encoding="utf-8"))
    return {
        result["unique_id"]: result["compiled_code"].strip()
        for result in results["results"]
        if result["compiled_code"]
    }


def log_rows(found: Iterable[Statement]) -> dict[str, list[str]]:
    """Return the statements of each node that writes the run log, from its last log row on."""
    by_node: dict[str, list[str]] = {}
    for node, sql in found:
        by_node.setdefault(node, []).append(sql)
    tails = {}
    for node, executed in by_node.items():
        places = [
            place for place, sql in enumerate(executed) if writes(sql, "ecommerce_run_log")
        ]
        if places:
            tails[node] = executed[places[-1] :]
    return tails


def writes(sql: str, relation: str) -> bool:
    """Return whether a statement, also in a block, changes the rows of a relation."""
    verb = r"\b(?:insert\s+into|delete\s+from|update|merge\s+into|truncate(?:\s+table)?)"
    pattern = rf"{verb}\s+(?:only\s+)?(?:\w+\.)*{re.escape(relation)}\b"
    return re.search(pattern, _QUOTES.sub("", sql), re.IGNORECASE) is not None

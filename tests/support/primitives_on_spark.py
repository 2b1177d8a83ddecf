"""Script that runs the unit tests of the primitives on Spark, in Spark's environment.

It reads broken.json, the broken macros, from the folder of the command line, and writes the
messages of three runs to messages.json there: `default`, `ansi` and `broken`. One process
starts Java once.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any
from unittest.mock import patch

from dbt.adapters.spark.connections import (  # type: ignore[import-not-found]
    SparkCredentials,
)
from primitives import broken_macros, unit_tests

_switch_ansi_mode_off: Any = SparkCredentials.__post_init__


def _switch_ansi_mode_on(credentials: Any) -> None:
    _switch_ansi_mode_off(credentials)
    credentials.server_side_parameters["spark.sql.ansi.enabled"] = "true"


def main() -> None:
    """Run the unit tests three times."""
    folder = Path(sys.argv[1])
    broken = json.loads((folder / "broken.json").read_text())
    messages = {"default": unit_tests("spark", folder)}
    # ANSI mode raises errors for overflows and invalid casts. It is the default of Spark, but
    # dbt-spark always switches it off.
    with patch.object(SparkCredentials, "__post_init__", _switch_ansi_mode_on):
        messages["ansi"] = unit_tests("spark", folder)
    messages["broken"] = unit_tests(
        "spark",
        folder,
        macros=broken_macros(folder, broken["macros"]),
        models=broken["models"],
    )
    (folder / "messages.json").write_text(json.dumps(messages))


if __name__ == "__main__":
    main()

"""Runs of meltanolabs-target-postgres, the loader that most projects use."""

from __future__ import annotations

import io
import json
from contextlib import redirect_stdout
from typing import Any

from target_postgres.target import TargetPostgres  # type: ignore[import-untyped]
from target_runs import Warehouse, kept_signal_handlers, lines


def load_with_other(warehouse: Warehouse, messages: list[Any]) -> None:
    """Load with INSERT, since its COPY rounds numbers and drops offsets."""
    config = {**warehouse.config, "use_copy": False, "validate_records": False}
    with redirect_stdout(io.StringIO()) as output, kept_signal_handlers():
        TargetPostgres(config=config).listen(io.StringIO(lines(messages)))
    assert json.loads(output.getvalue().splitlines()[-1]) == {"n": 1}

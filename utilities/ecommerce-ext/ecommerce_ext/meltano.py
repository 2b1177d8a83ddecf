"""Facts about the Meltano project, read with Meltano's command line."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import yaml

from ecommerce_ext.errors import EcommerceError, Problem

_MELTANO_LINES = re.compile(r"\d{4}-\d\d-\d\dT|Run 'meltano config list|\s*$")
SKIPPED = "skipped: not run by Meltano"


def is_inside_meltano() -> bool:
    """Return whether Meltano runs the utility."""
    return "MELTANO_PROJECT_ROOT" in os.environ and _program().exists()


def extractor_problem(name: str) -> Problem | None:
    """Return a problem if the shop refuses the extractor, otherwise None.

    The tap tests whether the shop accepts the credentials, and whether they have the scopes
    that the selected streams need.
    """
    done = _meltano("config", "test", name)
    return _problem(done, name) if done.returncode else None


def sales_report(name: str, period: str) -> dict[str, Any]:
    """Return the shop's own sales report, as the extractor prints it.

    Args:
        name: The extractor.
        period: The first and the last day, such as 2026-03-01/2026-03-31.

    Raises:
        EcommerceError: The extractor cannot read the report.
    """
    done = _meltano("invoke", name, "--sales-report", period)
    try:
        printed: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    except (IndexError, ValueError):
        raise EcommerceError(_problem(done, name)) from None
    if done.returncode:
        raise EcommerceError(Problem(**printed))
    return printed


def state_ids(extractor: str) -> list[str]:
    """Return the ids of the states in which the project's jobs store bookmarks."""
    text = (Path(os.environ["MELTANO_PROJECT_ROOT"]) / "meltano.yml").read_text("utf-8")
    jobs = (yaml.safe_load(text) or {}).get("jobs", [])
    tasks = (task for job in jobs for task in job.get("tasks", ()) if isinstance(task, str))
    pipelines = (words for task in tasks if len(words := task.split()) > 1)
    loaders = dict.fromkeys(words[-1] for words in pipelines if words[0] == extractor)
    environment = os.environ.get("MELTANO_ENVIRONMENT")
    return [f"{environment}:{extractor}-to-{loader}" for loader in loaders if environment]


def bookmarks() -> dict[str, dict[str, str]]:
    """Return the bookmarks of all extractors, by pipeline and stream."""
    done = _meltano("state", "export")
    try:
        states = json.loads(done.stdout.strip().splitlines()[-1])
    except (IndexError, ValueError):
        return {}
    return {name: _streams(state) for name, state in sorted(states.items())}


def _streams(state: dict[str, Any]) -> dict[str, str]:
    """Return the bookmarks in a Meltano state; the partial state overrides the completed."""
    found = {}
    for part in ("completed_state", "partial_state", "completed", "partial"):
        content = state.get(part) or {}
        singer = content.get("singer_state", content)
        for stream, bookmark in singer.get("bookmarks", {}).items():
            if value := bookmark.get("replication_key_value"):
                found[stream] = str(value)
    return found


def _problem(done: subprocess.CompletedProcess[str], name: str) -> Problem:
    """Return the last message of a failed extractor."""
    lines = (done.stdout + done.stderr).splitlines()
    messages = [line for line in lines if not _MELTANO_LINES.match(line)]
    message = messages[-1] if messages else f"{name} failed without an error message."
    return Problem(message, f"To test again, type: meltano config test {name}")


def _program() -> Path:
    # Meltano writes a link to its own program there.
    return Path(os.environ["MELTANO_PROJECT_ROOT"]) / ".meltano" / "run" / "bin"


def _meltano(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("MELTANO_CLI")
    }
    return subprocess.run(  # noqa: S603 - Meltano's own program with fixed arguments
        [_program(), "--log-level", "warning", *arguments],
        cwd=os.environ["MELTANO_PROJECT_ROOT"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

"""Write every file that repeats a setting: run ``make settings`` after a change.

Settings are declared in ``ecommerce_ext/settings.py`` and in the taps. The script writes these
files whole: the plugin definitions in this folder, ``.env.example``, ``docs/settings.md``. It
writes these parts of files: settings and credential groups in ``meltano.yml``, defaults and the
settings hash in the dbt package, tables in ``docs/applications.md`` and in the taps' READMEs.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "hub"), str(ROOT / "release")]

from dbt_files import dbt_files  # noqa: E402
from page_files import page_files  # noqa: E402
from plugin_files import definition_files, project_file  # noqa: E402


def rendered() -> dict[str, str]:
    """Return the text of every file that is written, by its path."""
    project = project_file((ROOT / "meltano.yml").read_text(encoding="utf-8"))
    return {
        "meltano.yml": project,
        **definition_files(project),
        **dbt_files(ROOT),
        **page_files(ROOT),
    }


def main() -> None:
    """Write every file."""
    for path, text in rendered().items():
        (ROOT / path).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()

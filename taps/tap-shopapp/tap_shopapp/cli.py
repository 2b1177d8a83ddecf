"""The command line: checks the named files, runs the tap, prints errors without a traceback."""

from __future__ import annotations

import gc
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tap_shopapp.errors import TapError
from tap_shopapp.tap import TapShopApp

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_OPTIONS = ("--config", "--state", "--catalog")


def main() -> None:
    """Run the tap. On an error, print one message and exit with 1."""
    # Records have no reference cycles, so frequent garbage collection would only cost time.
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)
    try:
        check_files(sys.argv[1:])
        TapShopApp.cli()
    except TapError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(1)


def check_files(arguments: Sequence[str]) -> None:
    """Check the config, state and catalog files before the SDK reads them.

    Raises:
        TapError: A file cannot be read, or is not a JSON object. Its content is not shown.
    """
    for option, path in _named(arguments):
        try:
            content = json.loads(Path(path).read_bytes())
        except OSError as error:
            msg = f"The file after {option} cannot be read ({error.strerror})."
            raise TapError(msg, "Check its path.") from None
        except ValueError:
            msg = f"The file after {option} is not JSON."
            raise TapError(msg, "Correct it, or omit the option.") from None
        if not isinstance(content, dict):
            msg = f"The file after {option} is not a JSON object."
            raise TapError(msg, "Correct it, or omit the option.")
        streams = content.get("streams") if option == "--catalog" else []
        if not isinstance(streams, list) or not all(isinstance(s, dict) for s in streams):
            msg = "The catalog has no list of streams."
            raise TapError(msg, "Create it with --discover, or omit the option.")


def _named(arguments: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield the option and the path of each file in the arguments."""
    words = iter(arguments)
    for word in words:
        option, has_value, value = word.partition("=")
        if option in _OPTIONS:
            path = value if has_value else next(words, "")
            # `ENV` means the environment. Without a path, click reports the error.
            if path and path != "ENV":
                yield option, path

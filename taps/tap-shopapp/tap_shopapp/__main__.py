"""The command line: what goes wrong is said in a sentence, without a traceback."""

from __future__ import annotations

import sys

from tap_shopapp.errors import TapError
from tap_shopapp.tap import TapShopApp


def main() -> None:
    """Run the tap; exit with 1 and one message if it cannot go on."""
    try:
        TapShopApp.cli()
    except TapError as error:
        message = str(error)
    except FileNotFoundError:
        message = "The config file does not exist. Check the path after --config."
    except ValueError as error:
        # Two libraries read the files, each with an error of its own by this name.
        if type(error).__name__ != "JSONDecodeError":
            raise
        message = "The config, state or catalog is not JSON. Mend the file, or leave it out."
    sys.stderr.write(f"{message}\n")
    sys.exit(1)


if __name__ == "__main__":
    main()

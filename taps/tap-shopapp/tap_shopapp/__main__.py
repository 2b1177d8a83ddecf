"""The command line: what goes wrong is said in a sentence, without a traceback."""

from __future__ import annotations

import gc
import sys

from tap_shopapp.errors import TapError
from tap_shopapp.files import check_files
from tap_shopapp.tap import TapShopApp


def main() -> None:
    """Run the tap; exit with 1 and one message if it cannot go on."""
    # Records have no cycles: while a page grows, the collector looks through it in vain.
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)
    try:
        check_files(sys.argv[1:])
        TapShopApp.cli()
    except TapError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(1)


if __name__ == "__main__":
    main()

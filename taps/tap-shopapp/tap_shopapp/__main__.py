"""The command line: what goes wrong is said in a sentence, without a traceback."""

from __future__ import annotations

import sys
from json import JSONDecodeError

from singer_sdk.exceptions import ConfigValidationError

from tap_shopapp.errors import TapError
from tap_shopapp.tap import TapShopApp


def main() -> None:
    """Run the tap; exit with 1 and one message if it cannot go on."""
    try:
        TapShopApp.cli()
    except TapError as error:
        message = str(error)
    except ConfigValidationError as error:
        message = (
            f"The settings of tap-shopapp are not complete: {'; '.join(error.errors)}."
            " Set them with `meltano config set tap-shopapp <setting> <value>`."
        )
    except JSONDecodeError as error:
        message = (
            f"The config, state or catalog is not JSON (line {error.lineno})."
            " Mend the file, or leave it out."
        )
    sys.stderr.write(f"{message}\n")
    sys.exit(1)


if __name__ == "__main__":
    main()

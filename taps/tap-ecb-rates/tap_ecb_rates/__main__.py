"""The command line: what goes wrong is said in a sentence, without a traceback."""

from __future__ import annotations

import sys

from tap_ecb_rates.sources import RatesError
from tap_ecb_rates.tap import TapEcbRates


def main() -> None:
    """Run the tap; exit with 1 and one message if there are no rates to be had."""
    try:
        TapEcbRates.cli()
    except RatesError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(1)
    except BrokenPipeError:
        raise  # of the loader, not of a file
    except OSError as error:
        reason = str(error).rstrip(".")
        sys.stderr.write(f"A file cannot be read: {reason}. Check its path.\n")
        sys.exit(1)


if __name__ == "__main__":
    main()

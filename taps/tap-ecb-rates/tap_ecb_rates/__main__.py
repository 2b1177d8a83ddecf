"""The command line, which prints errors as one sentence without a traceback."""

from __future__ import annotations

import sys

from tap_ecb_rates.sources import RatesError
from tap_ecb_rates.tap import TapEcbRates


def main() -> None:
    """Run the tap. If the rates cannot be read, print one message and exit with 1."""
    try:
        TapEcbRates.cli()
    except RatesError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(1)
    except BrokenPipeError:
        raise  # the loader closed the pipe
    except OSError as error:
        reason = str(error).rstrip(".")
        sys.stderr.write(f"A file cannot be read: {reason}. Check its path.\n")
        sys.exit(1)


if __name__ == "__main__":
    main()

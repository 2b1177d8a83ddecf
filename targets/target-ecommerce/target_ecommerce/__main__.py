"""The command line, which prints errors as one sentence without the content of records."""

from __future__ import annotations

import sys
import traceback

from singer_sdk.exceptions import (
    InvalidInputLine,
    MissingKeyPropertiesError,
    RecordsWithoutSchemaException,
)

from target_ecommerce.errors import LoadError, Terminated
from target_ecommerce.shutdown import exit_code
from target_ecommerce.target import TargetEcommerce

_KNOWN = (LoadError, InvalidInputLine, MissingKeyPropertiesError, RecordsWithoutSchemaException)


def main() -> None:
    """Run the target. On an error, print one message and exit with 1."""
    try:
        TargetEcommerce.cli()
    except _KNOWN as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(1)
    except Terminated as signal:
        sys.stderr.write(
            "Stopped by a signal. Rows since the last STATE were rolled back; run the job"
            " again.\n"
        )
        sys.stderr.flush()
        sys.exit(exit_code(signal.signal_number))
    except Exception as error:  # noqa: BLE001 - the message of an unknown error may hold a value
        places = "\n".join(
            f"  {frame.filename}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(error.__traceback__)[-6:]
        )
        sys.stderr.write(
            f"The target failed with {type(error).__name__}, whose message is not shown because"
            f" it may contain data. Report it with these places:\n{places}\n"
        )
        sys.exit(1)


if __name__ == "__main__":
    main()

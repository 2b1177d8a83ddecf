"""Ends the process after a signal, whatever it is waiting for."""

from __future__ import annotations

import os
import threading

_SECONDS = 4.0


def end_within_deadline(signal_number: int) -> None:
    """Let the process end by itself, and end it after four seconds otherwise.

    The server rolls back a transaction whose client has gone.
    """
    timer = threading.Timer(_SECONDS, os._exit, args=(exit_code(signal_number),))
    timer.daemon = True
    timer.start()


def exit_code(signal_number: int) -> int:
    """Return the exit code that a shell reports for a signal."""
    return 128 + signal_number

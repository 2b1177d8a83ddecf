"""Run the tap as `python -m tap_shopapp`."""

from __future__ import annotations

from tap_shopapp.cli import main

if __name__ == "__main__":
    main()

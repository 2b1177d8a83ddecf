"""Entry point of `python -m shopapp_demo`, the command `shopapp-demo`."""

from __future__ import annotations

from shopapp_demo.cli import main

if __name__ == "__main__":
    main()

"""``python -m emulator`` is ``byoc``."""

from __future__ import annotations

from emulator.cli import main

if __name__ == "__main__":
    main()

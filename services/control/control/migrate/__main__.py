"""`python -m control.migrate`: brings control's tables up to date, before the service starts."""

from __future__ import annotations

from chassis.migrating.program import main

if __name__ == "__main__":
    main(("control",))

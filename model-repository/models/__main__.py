"""`python -m models`: build, check, pin, lock, overlay, bring, command, serve, deliver."""

from __future__ import annotations

import argparse
import os
import shlex
import sys
from pathlib import Path

from models import building, environment, serving
from models.failure import ModelsError
from models.layout import BROUGHT, POOLS, Layout
from models.progress import Progress


def main() -> int:
    """Run one command; a failure that the reader can put right is one message and exit code 1."""
    chosen = arguments().parse_args()
    layout = Layout.here()
    progress = Progress(lambda line: print(line, flush=True))  # noqa: T201 - a program that reports
    try:
        run(chosen, layout, progress)
    except ModelsError as error:
        print(f"models: {error}", file=sys.stderr)  # noqa: T201 - a program that reports
        return 1
    return 0


def run(chosen: argparse.Namespace, layout: Layout, progress: Progress) -> None:
    """Do what was asked."""
    match chosen.command:
        case "build":
            building.build(layout, progress, chosen.python)
        case "check":
            with progress.step("comparing every file with manifest.json"):
                building.check(layout)
        case "pin":
            building.pin(layout, progress)
        case "lock":
            environment.resolve(layout)
        case "overlay":
            from models import overlay

            overlay.write(layout, chosen.name, chosen.folder)
        case "bring":
            from models import bringing

            config = bringing.configured(layout, chosen.model, chosen.over, segmented=chosen.segments)
            bringing.bring(config, chosen.source, chosen.folder)
        case "command":
            command = triton(chosen, layout)
            env = [f"{name}={value}" for name, value in command.env.items()]
            progress.write(shlex.join(["env", *env, *command.argv]))
        case "serve":
            command = triton(chosen, layout)
            os.execve(command.argv[0], command.argv, os.environ | command.env)  # noqa: S606 - it becomes Triton
        case "deliver":
            copied = serving.deliver(layout, chosen.folder, chosen.only)
            progress.write(f"models: {copied} files copied to {chosen.folder}, the others were there")


def triton(chosen: argparse.Namespace, layout: Layout) -> serving.Command:
    """Return how the pool that was asked for is started."""
    ports = serving.Ports(grpc=chosen.grpc, http=chosen.http, metrics=chosen.metrics)
    return serving.triton_command(
        chosen.pool,
        ports,
        host=chosen.host,
        otlp_url=chosen.otlp,
        admin_key=os.environ.get("FOREBAY_TRITON_ADMIN_KEY"),
        exit_timeout=chosen.exit_timeout,
        connection_age=chosen.connection_age,
        layout=layout,
    )


def arguments() -> argparse.ArgumentParser:
    """Describe the commands."""
    parser = argparse.ArgumentParser(prog="python -m models", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    build = commands.add_parser("build", help="build the repository that Triton mounts, unless it is built")
    build.add_argument("--python", type=Path, help="the Python 3.11 or 3.12 to use, instead of a search")
    commands.add_parser("check", help="compare every file with manifest.json")
    commands.add_parser("pin", help="build anew and write the digests into manifest.json")
    commands.add_parser("lock", help="resolve requirements.in again and write requirements.lock")
    over = commands.add_parser("overlay", help="write a repository for other hardware")
    over.add_argument("name", help="a folder of overlays/, such as gpu")
    over.add_argument("folder", type=Path, help="where to write it")
    brought = commands.add_parser("bring", help="add a model of your own weights to a repository")
    brought.add_argument("model", choices=BROUGHT)
    brought.add_argument("source", type=Path, help="a folder with model.onnx and tokenizer.json")
    brought.add_argument("folder", type=Path, help="the repository, which Triton mounts")
    brought.add_argument("--overlay", dest="over", default="", help="a folder of overlays/, such as gpu")
    brought.add_argument("--no-segments", dest="segments", action="store_false", help="it reads no token_type_ids")
    give = commands.add_parser("deliver", help="copy the built repository into a folder, every file checked")
    give.add_argument("folder", type=Path, help="what Triton mounts")
    give.add_argument("--only", nargs="*", default=[], help="names to start with, such as embedding/tokenizer.json")
    listen(commands.add_parser("command", help="print the command that starts one pool's Triton"))
    listen(commands.add_parser("serve", help="become one pool's Triton"))
    return parser


def listen(parser: argparse.ArgumentParser) -> None:
    """Describe where and how a pool's Triton serves."""
    parser.add_argument("pool", choices=POOLS)
    for port, usual in (("grpc", 8001), ("http", 8000), ("metrics", 8002)):
        parser.add_argument(f"--{port}", type=int, default=usual, help=f"default {usual}")
    parser.add_argument("--host", default=serving.LOOPBACK, help=f"default {serving.LOOPBACK}")
    parser.add_argument("--otlp", help="where spans go, such as http://collector:4318/v1/traces")
    parser.add_argument("--exit-timeout", type=int, default=30, help="seconds that streams get to end; default 30")
    parser.add_argument("--connection-age", type=float, help="seconds after which clients connect again")


if __name__ == "__main__":
    sys.exit(main())

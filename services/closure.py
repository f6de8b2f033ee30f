"""Prints the part of requirements.lock that a member of the workspace needs, or a package that is locked with it.

`uv export` writes above each package who asked for it; followed backwards, these notes are the graph. So an image holds
what its service needs and no more, at the locked versions and hashes, and building one resolves nothing.

    python closure.py requirements.lock forebay-gateway --members */pyproject.toml
    python closure.py requirements.lock uv cyclonedx-bom
"""

from __future__ import annotations

import argparse
import re
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

HEAD: Final = re.compile(r"^(?P<name>[a-z0-9][a-z0-9.-]*)(?:\[[^]]*\])?==", re.MULTILINE)
NAME: Final = re.compile(r"[a-z0-9][a-z0-9.-]*")
NOBODY: Final[Mapping[str, set[str]]] = MappingProxyType({})
VIA: Final = re.compile(r"^    #(?: via|  ) (?P<name>[a-z0-9][a-z0-9.-]*)$", re.MULTILINE)


def main() -> None:
    """Print the locked packages that the arguments need."""
    parser = argparse.ArgumentParser(description="Print the part of a lock that some packages need.")
    parser.add_argument("lock", type=Path)
    parser.add_argument("roots", nargs="+", help="names of members of the workspace, or of locked packages")
    parser.add_argument("--members", nargs="*", type=Path, default=[], help="pyproject.toml files of the workspace")
    parser.add_argument("--without", nargs="*", default=[], help="packages to leave out, with what they alone need")
    given = parser.parse_args()
    members = dict(map(member, given.members))
    sys.stdout.write(closure(given.lock.read_text("utf-8"), given.roots, members, given.without))


def member(file: Path) -> tuple[str, set[str]]:
    """Return the name of a member and the names of all that it depends on."""
    project = tomllib.loads(file.read_text("utf-8"))["project"]
    names = (NAME.match(dependency) for dependency in project["dependencies"])
    return project["name"], {found[0] for found in names if found}


def closure(
    lock: str, roots: Iterable[str], members: Mapping[str, set[str]] = NOBODY, without: Iterable[str] = ()
) -> str:
    """Return the lock's entries of the roots and of everything that they need; raise `ValueError` for a stranger.

    The lock leaves the members themselves out, so what they need of each other is told by `members`.
    """
    entries = parsed(lock)
    needs: defaultdict[str, set[str]] = defaultdict(set)
    for name, others in members.items():
        needs[name] |= others & members.keys()
    for name, entry in entries.items():
        for needer in VIA.findall(entry):
            needs[needer].add(name)
    strangers = [root for root in roots if root not in entries and root not in needs]
    if strangers:
        raise ValueError(f"the lock knows nothing of {', '.join(strangers)}: run `make lock`")
    found = reached(roots, needs, frozenset(without))
    return "".join(entry for name, entry in entries.items() if name in found)


def parsed(lock: str) -> Mapping[str, str]:
    """Return the entries of the lock by name, in its order; a package that is locked twice keeps both."""
    heads = list(HEAD.finditer(lock))
    ends = [head.start() for head in heads[1:]] + [len(lock)]
    entries: defaultdict[str, str] = defaultdict(str)
    for head, end in zip(heads, ends, strict=True):
        entries[head["name"]] += lock[head.start() : end]
    return entries


def reached(roots: Iterable[str], needs: Mapping[str, set[str]], without: frozenset[str]) -> set[str]:
    """Follow the needs from the roots."""
    found: set[str] = set()
    ahead = list(roots)
    while ahead:
        name = ahead.pop()
        if name not in found and name not in without:
            found.add(name)
            ahead += needs.get(name, ())
    return found


if __name__ == "__main__":
    main()

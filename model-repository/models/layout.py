"""Where everything lies: the sources in this folder, the environment and the built repository beside them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from models.failure import ModelsError

POOLS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {"embedding": ("embedding", "embedding-int8", "reranker"), "generator": ("generator",)}
)
"""Pool to its models: a pool is one Triton process, so that the crash of one is not the crash of the other."""

BROUGHT: Final = ("cross-encoder",)
"""Models that we configure, and whose weights whoever serves them brings."""

MODELS: Final = tuple(model for models in POOLS.values() for model in models)


@dataclass(frozen=True, slots=True)
class Layout:
    """All paths, below one folder."""

    root: Path

    @classmethod
    def here(cls) -> Layout:
        """Return the folder that this package lies in."""
        return cls(Path(__file__).resolve().parents[1])

    @property
    def requirements(self) -> Path:
        """What the environment of the models is meant to hold."""
        return self.root / "requirements.in"

    @property
    def resolver(self) -> Path:
        """How the requirements are resolved."""
        return self.root / "resolver.toml"

    @property
    def lock(self) -> Path:
        """What the environment holds exactly, with hashes."""
        return self.root / "requirements.lock"

    @property
    def manifest(self) -> Path:
        """SHA-256 of the files that go in and of those that come out."""
        return self.root / "manifest.json"

    @property
    def backends(self) -> Path:
        """Our backends for the Triton that comes as a wheel."""
        return self.root / "backends"

    @property
    def overlays(self) -> Path:
        """What other hardware changes in the configurations."""
        return self.root / "overlays"

    @property
    def environment(self) -> Path:
        """The models' own Python environment; never committed."""
        return self.root / ".venv"

    @property
    def python(self) -> Path:
        """The interpreter of that environment."""
        return self.environment / "bin" / "python"

    @property
    def facts(self) -> Path:
        """What is known of the environment; written last, so its presence means that the environment is whole."""
        return self.environment / "forebay.json"

    @property
    def build(self) -> Path:
        """Everything that is built; never committed."""
        return self.root / "build"

    @property
    def current(self) -> Path:
        """The built repository that is served: a link, so that it changes in one step."""
        return self.build / "current"

    def config(self, model: str) -> Path:
        """Return the base configuration of a model."""
        return self.root / model / "config.pbtxt"

    def packages(self) -> Path:
        """Return the folder of the packages in the environment."""
        found = sorted(self.environment.glob("lib/python3.*/site-packages"))
        if not found:
            raise ModelsError("the models' environment does not exist yet: run `python -m models build`")
        return found[0]

    def known(self) -> dict[str, Any]:
        """Return what is known of the environment; empty when there is none, or half of one."""
        try:
            facts: dict[str, Any] = json.loads(self.facts.read_text("utf-8"))
        except (FileNotFoundError, json.JSONDecodeError):
            return {}
        return facts

    def built(self) -> Path:
        """Return the built repository."""
        if not self.current.is_dir():
            raise ModelsError("the models are not built yet: run `python -m models build`")
        return self.current.resolve()

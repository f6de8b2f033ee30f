"""LiteLLM's proxy before the stub, as its documentation has it in production: a key, and limits that never refuse.

It is installed from PyPI into an environment of its own, once. Keys with limits of their own come from a function of
ours (`custom_auth`), for those that LiteLLM makes itself are kept in a database that would only slow it down.
"""

from __future__ import annotations

import subprocess
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import yaml

from bench.proxies.processes import answering, free_port, pinned

KEY: Final = "sk-bench-0123456789"
MODEL: Final = "stub"
_AUTH: Final = '''"""Knows one key, and its limits."""

import hmac

from fastapi import HTTPException
from litellm.proxy._types import UserAPIKeyAuth


async def known(request, api_key):
    if not hmac.compare_digest(api_key, "{key}"):
        raise HTTPException(401, "unknown key")
    return UserAPIKeyAuth(api_key=api_key, rpm_limit={many}, tpm_limit={many}, max_parallel_requests=1000)
'''
_MANY: Final = 100_000_000


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy that runs."""

    http: int
    process: Process


def installed(folder: Path) -> Path:
    """Return the program, installed from PyPI on the first call."""
    program = folder / "bin" / "litellm"
    if not program.exists():
        _run("-m", "uv", "venv", "--quiet", "--python", sys.executable, str(folder))
        _run("-m", "uv", "pip", "install", "--quiet", "--python", str(folder / "bin" / "python"), "litellm[proxy]")
    return program


def version(program: Path) -> str:
    """Return which release it is."""
    asked = "import importlib.metadata as m; print(m.version('litellm'))"
    return _run("-c", asked, python=str(program.parent / "python")).strip()


def _run(*arguments: str, python: str = sys.executable) -> str:
    return subprocess.run([python, *arguments], check=True, capture_output=True, text=True).stdout  # noqa: S603 - ours


@asynccontextmanager
async def proxy(program: Path, folder: Path, core: int, upstream: int) -> AsyncIterator[Proxy]:
    """Run it on the core; limits are counted in its own memory."""
    (folder / "bench_auth.py").write_text(_AUTH.format(key=KEY, many=_MANY))
    parameters = {"model": "openai/stub", "api_base": f"http://127.0.0.1:{upstream}/v1", "api_key": "none"}
    config = {
        "model_list": [{"model_name": MODEL, "litellm_params": {**parameters, "rpm": _MANY, "tpm": _MANY}}],
        "general_settings": {"master_key": KEY, "custom_auth": "bench_auth.known"},
        "litellm_settings": {"request_timeout": 600, "set_verbose": False, "json_logs": True, "num_retries": 0},
    }
    file, port, log = folder / "litellm.yaml", free_port(), folder / "litellm.log"
    file.write_text(yaml.safe_dump(config))
    env = {"LITELLM_MODE": "PRODUCTION", "LITELLM_LOG": "ERROR", "LITELLM_MASTER_KEY": KEY, "PYTHONPATH": str(folder)}
    command = (str(program), "--config", str(file), "--host", "127.0.0.1", "--port", str(port), "--num_workers", "1")
    async with pinned(command, core, log, env) as process:
        await answering(port, process, log)
        yield Proxy(port, process)

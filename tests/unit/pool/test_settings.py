from __future__ import annotations

import re
from pathlib import Path

import pytest

from embedding.settings import EmbeddingSettings
from pool.settings import PoolSettings, TritonSettings

ROOT = Path(__file__).parents[3]
ROW = re.compile(r"^\| `(FOREBAY_\w+)` \|([^|]*)\|", re.MULTILINE)


def documented(readme, prefix):
    rows = ROW.findall((ROOT / readme).read_text())
    return {name: default.strip("` ") for name, default in rows if name.startswith(prefix)}


def real(settings):
    prefix = settings.model_config["env_prefix"]
    fields = settings.model_fields.items()
    return {f"{prefix}{name}".upper(): "" if field.default is None else field.default for name, field in fields}


@pytest.mark.parametrize(
    ("readme", "settings"),
    [
        ("pool/README.md", PoolSettings),
        ("pool/README.md", TritonSettings),
        ("services/embedding/README.md", EmbeddingSettings),
    ],
)
def test_every_setting_is_documented_with_its_default(readme, settings):
    told, known = documented(readme, settings.model_config["env_prefix"]), real(settings)

    assert set(told) == set(known)
    for name, default in known.items():
        expected = float(default) if isinstance(default, (int, float)) else str(default)
        assert type(expected)(told[name]) == expected


def test_only_pools_with_an_address_are_called():
    assert TritonSettings(embedding_target="a:1").targets() == {"embedding": "a:1"}

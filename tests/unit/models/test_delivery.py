"""The repository is copied to where Triton mounts it, every file checked."""

from __future__ import annotations

import hashlib
import json

import pytest

from models.failure import ModelsError
from models.layout import Layout
from models.serving import deliver

FILES = {"embedding/1/model.onnx": b"weights", "embedding/tokenizer.json": b"{}"}


@pytest.fixture
def layout(tmp_path):
    made = Layout(tmp_path / "image")
    for name, content in (FILES | {"embedding/config.pbtxt": b"backend"}).items():
        path = made.current / "repository" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    artefacts = {name: hashlib.sha256(content).hexdigest() for name, content in FILES.items()}
    made.manifest.write_text(json.dumps({"sources": {}, "artefacts": artefacts}))
    return made


def held(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_every_file_arrives(layout, tmp_path):
    assert deliver(layout, tmp_path / "models") == 3
    assert held(tmp_path / "models") == FILES | {"embedding/config.pbtxt": b"backend"}


def test_what_is_there_already_is_left_alone(layout, tmp_path):
    deliver(layout, tmp_path)

    assert deliver(layout, tmp_path) == 0


def test_a_file_that_was_damaged_where_it_lies_is_replaced(layout, tmp_path):
    deliver(layout, tmp_path / "models")
    (tmp_path / "models" / "embedding" / "tokenizer.json").write_bytes(b"damaged")

    assert deliver(layout, tmp_path / "models") == 1
    assert held(tmp_path / "models")["embedding/tokenizer.json"] == b"{}"


def test_a_file_that_is_not_what_the_manifest_says_never_arrives(layout, tmp_path):
    (layout.current / "repository" / "embedding" / "1" / "model.onnx").write_bytes(b"tampered")

    with pytest.raises(ModelsError, match=r"model\.onnx is not what manifest\.json says"):
        deliver(layout, tmp_path / "models")
    assert "embedding/1/model.onnx" not in held(tmp_path / "models")


def test_a_file_that_the_manifest_does_not_know_is_refused(layout, tmp_path):
    (layout.current / "repository" / "stranger").write_bytes(b"")

    with pytest.raises(ModelsError, match=r"stranger is not in manifest\.json"):
        deliver(layout, tmp_path / "models")


def test_a_file_that_the_manifest_knows_and_the_image_lacks_is_said(layout, tmp_path):
    (layout.current / "repository" / "embedding" / "tokenizer.json").unlink()

    with pytest.raises(ModelsError, match=r"lacks embedding/tokenizer\.json"):
        deliver(layout, tmp_path / "models")


def test_one_file_can_be_asked_for(layout, tmp_path):
    assert deliver(layout, tmp_path / "models", only=["embedding/tokenizer.json"]) == 1
    assert held(tmp_path / "models") == {"embedding/tokenizer.json": b"{}"}


def test_a_file_that_is_not_there_cannot_be_asked_for(layout, tmp_path):
    with pytest.raises(ModelsError, match=r"lacks nothing\.json"):
        deliver(layout, tmp_path / "models", only=["nothing.json"])

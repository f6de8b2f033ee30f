"""Building: what is checked, and when nothing is to be done."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from models import building, manifest, stamp
from models.failure import ModelsError
from models.layout import MODELS, Layout
from models.progress import Progress


@pytest.fixture
def layout(tmp_path):
    made = Layout(tmp_path)
    for model in MODELS:
        made.config(model).parent.mkdir()
        made.config(model).write_text(f'name: "{model}"')
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "code.py").write_text("pass")
    made.backends.mkdir()
    made.lock.write_text("lock")
    made.manifest.write_text('{"sources": {}, "artefacts": {}}')
    made.build.mkdir()
    return made


def draft(layout, name):
    folder = layout.build / f"draft-{name}"
    (folder / "repository").mkdir(parents=True)
    (folder / "repository" / "weights").write_text(name)
    return folder


def test_a_manifest_names_each_file_that_differs(tmp_path):
    (tmp_path / "a").write_text("a")
    found = manifest.digests(tmp_path, ["a", "lost"])

    manifest.compare(found, found, "the files")
    with pytest.raises(ModelsError, match=r"the files differ from manifest\.json: a, lost, new"):
        manifest.compare(found, {"a": "0", "lost": "1", "new": "2"}, "the files")


def test_what_was_pinned_is_read_back(tmp_path):
    manifest.pin(tmp_path / "m.json", {"a": "1"}, {"b": "2"})

    assert manifest.pinned(tmp_path / "m.json", "sources") == {"a": "1"}
    assert manifest.pinned(tmp_path / "m.json", "artefacts") == {"b": "2"}


def test_a_build_is_fresh_until_something_changes(layout):
    wanted = stamp.inputs(layout)
    assert not building.fresh(layout, wanted)
    building.publish(layout, draft(layout, "one"), wanted)
    assert building.fresh(layout, wanted)

    layout.config("generator").write_text("other")
    assert not building.fresh(layout, stamp.inputs(layout))
    layout.config("generator").write_text('name: "generator"')
    assert building.fresh(layout, stamp.inputs(layout))
    (layout.built() / "repository" / "weights").write_text("touched")
    assert not building.fresh(layout, wanted)


def test_publishing_replaces_the_build_and_removes_what_is_left_over(layout):
    building.publish(layout, draft(layout, "one"), "inputs")
    draft(layout, "cut-off")
    building.publish(layout, draft(layout, "two"), "inputs")

    assert (layout.built() / "repository" / "weights").read_text() == "two"
    assert sorted(path.name for path in layout.build.iterdir()) == ["current", "draft-two"]


def test_what_is_not_built_is_said(layout):
    with pytest.raises(ModelsError, match="run `python -m models build`"):
        layout.built()
    with pytest.raises(ModelsError, match="environment does not exist"):
        layout.packages()


def test_half_an_environment_counts_as_none(layout):
    assert layout.known() == {}
    layout.environment.mkdir()
    layout.facts.write_text('{"lock": ')
    assert layout.known() == {}
    layout.facts.write_text('{"lock": "x"}')
    assert layout.known() == {"lock": "x"}


def test_a_step_is_announced_and_timed():
    lines = []
    with Progress(lines.append).step("baking"):
        assert lines == ["models: baking …"]
    assert lines[1].startswith("models: baking: ")


def test_the_committed_manifest_pins_every_model():
    committed = json.loads((Path(building.__file__).parents[1] / "manifest.json").read_text())

    assert sorted(committed["sources"]) == sorted(manifest.SOURCES)
    assert {name.split("/")[0] for name in committed["artefacts"]} == set(MODELS)
    assert all(len(digest) == 64 for part in committed.values() for digest in part.values())

from __future__ import annotations

import pytest

from models import bringing, overlay
from models.failure import ModelsError
from models.layout import Layout

LAYOUT = Layout.here()
PAIRS = ["input_ids", "attention_mask", "token_type_ids"]


@pytest.fixture
def source(tmp_path):
    folder = tmp_path / "source"
    folder.mkdir()
    for name in ("model.onnx", "model.onnx_data", "tokenizer.json", "README.md"):
        (folder / name).write_text(name)
    return folder


def names(config):
    return [tensor.name for tensor in config.input]


def test_a_brought_model_is_a_whole_folder_of_the_repository(source, tmp_path):
    bringing.bring(bringing.configured(LAYOUT, "cross-encoder", "gpu"), source, tmp_path / "repository")

    model = tmp_path / "repository" / "cross-encoder"
    written = {str(path.relative_to(model)) for path in model.rglob("*") if path.is_file()}
    assert written == {"config.pbtxt", "tokenizer.json", "1/model.onnx", "1/model.onnx_data"}
    assert overlay.parsed(model / "config.pbtxt") == overlay.config(LAYOUT, "cross-encoder", "gpu")


@pytest.mark.parametrize(("segmented", "read"), [(True, PAIRS), (False, PAIRS[:2])])
def test_a_model_is_told_segments_only_where_it_reads_them(segmented, read):
    config = bringing.configured(LAYOUT, "cross-encoder", segmented=segmented)

    assert names(config) == read
    assert sorted(config.model_warmup[0].inputs) == sorted(read)


@pytest.mark.parametrize("missing", ["model.onnx", "tokenizer.json"])
def test_a_source_that_lacks_a_file_is_refused(source, tmp_path, missing):
    (source / missing).unlink()

    with pytest.raises(ModelsError, match=f"has no {missing}"):
        bringing.bring(bringing.configured(LAYOUT, "cross-encoder"), source, tmp_path / "repository")
    assert not (tmp_path / "repository").exists()


def test_an_overlay_that_is_not_there_is_refused():
    with pytest.raises(ModelsError, match="there is no overlay 'moon'"):
        bringing.configured(LAYOUT, "cross-encoder", "moon")

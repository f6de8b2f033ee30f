"""Configurations and overlays, held to the protobuf of Triton's model configuration."""

from __future__ import annotations

import pytest
from google.protobuf import text_format
from tritonclient.grpc.model_config_pb2 import ModelConfig, ModelInstanceGroup

from models import overlay
from models.failure import ModelsError
from models.layout import BROUGHT, MODELS, Layout

LAYOUT = Layout.here()
VLLM_INPUTS = {
    "text_input": "TYPE_STRING",
    "stream": "TYPE_BOOL",
    "sampling_parameters": "TYPE_STRING",
    "exclude_input_in_output": "TYPE_BOOL",
    "return_finish_reason": "TYPE_BOOL",
    "return_cumulative_logprob": "TYPE_BOOL",
    "return_logprobs": "TYPE_BOOL",
    "return_num_input_tokens": "TYPE_BOOL",
    "return_num_output_tokens": "TYPE_BOOL",
}
VLLM_OUTPUTS = {
    "text_output": "TYPE_STRING",
    "finish_reason": "TYPE_STRING",
    "cumulative_logprob": "TYPE_FP32",
    "logprobs": "TYPE_STRING",
    "num_input_tokens": "TYPE_UINT32",
    "num_output_tokens": "TYPE_UINT32",
}


def config(text):
    return text_format.Parse(text, ModelConfig())


def tensors(listed):
    kinds = ModelConfig.DESCRIPTOR.fields_by_name["input"].message_type.fields_by_name["data_type"].enum_type
    return {tensor.name: kinds.values_by_number[tensor.data_type].name for tensor in listed}


def test_an_overlay_replaces_what_it_names_and_nothing_else():
    base = config('name: "m" max_batch_size: 8 instance_group [{ kind: KIND_CPU, count: 2 }]')
    merged = overlay.merged(base, config("instance_group [{ kind: KIND_GPU }]"))

    assert merged == config('name: "m" max_batch_size: 8 instance_group [{ kind: KIND_GPU }]')
    assert len(base.instance_group) == 1


@pytest.mark.parametrize("model", [*MODELS, *BROUGHT])
@pytest.mark.parametrize("hardware", ["", "gpu"])
def test_each_configuration_is_one_that_triton_knows(model, hardware):
    read = overlay.config(LAYOUT, model, hardware)

    assert read.name == model
    assert list(read.version_policy.specific.versions) == [1]


@pytest.mark.parametrize("hardware", ["", "gpu"])
def test_the_generator_has_the_tensors_of_the_vllm_backend(hardware):
    read = overlay.config(LAYOUT, "generator", hardware)

    assert tensors(read.input) == VLLM_INPUTS
    assert tensors(read.output) == VLLM_OUTPUTS
    assert [tensor.name for tensor in read.input if not tensor.optional] == ["text_input"]
    assert read.model_transaction_policy.decoupled
    assert read.max_batch_size == 0


@pytest.mark.parametrize("model", ["embedding", "embedding-int8"])
@pytest.mark.parametrize("hardware", ["", "gpu"])
def test_the_embedding_models_differ_in_nothing_a_caller_sees(model, hardware):
    read, other = (overlay.config(LAYOUT, name, hardware) for name in (model, "embedding"))

    assert (read.input, read.output, read.backend) == (other.input, other.output, other.backend)
    assert read.dynamic_batching == other.dynamic_batching
    assert 500 <= read.dynamic_batching.max_queue_delay_microseconds <= 2000
    assert read.dynamic_batching.default_queue_policy.allow_timeout_override
    assert read.dynamic_batching.default_queue_policy.max_queue_size > 0
    assert len(read.model_warmup) == 2


def test_on_a_gpu_the_large_models_move_and_the_small_one_stays():
    kinds = {model: overlay.config(LAYOUT, model, "gpu").instance_group[0].kind for model in (*MODELS, *BROUGHT)}

    assert kinds == {
        "embedding": ModelInstanceGroup.KIND_GPU,
        "embedding-int8": ModelInstanceGroup.KIND_CPU,
        "reranker": ModelInstanceGroup.KIND_CPU,
        "generator": ModelInstanceGroup.KIND_MODEL,
        "cross-encoder": ModelInstanceGroup.KIND_GPU,
    }
    assert set(overlay.config(LAYOUT, "generator", "gpu").parameters) == {"REPORT_CUSTOM_METRICS"}


def test_a_field_that_triton_does_not_know_is_an_error(tmp_path):
    (tmp_path / "config.pbtxt").write_text("batches: 3")

    with pytest.raises(ModelsError, match="batches"):
        overlay.parsed(tmp_path / "config.pbtxt")


def test_an_overlay_is_a_whole_repository(tmp_path):
    layout = Layout(tmp_path / "source")
    for model in MODELS:
        version = layout.current / "repository" / model / "1"
        version.mkdir(parents=True)
        (version / "weights").write_text(model)
        layout.config(model).parent.mkdir(parents=True)
        layout.config(model).write_text(f'name: "{model}"')
    (layout.root / "models" / "generating").mkdir(parents=True)
    (layout.root / "models" / "__init__.py").touch()
    (layout.overlays / "gpu" / "backends" / "fast").mkdir(parents=True)
    (layout.overlays / "gpu" / "generator" / "1").mkdir(parents=True)
    (layout.overlays / "gpu" / "generator" / "1" / "model.json").write_text("{}")

    overlay.write(layout, "gpu", tmp_path / "out")

    written = {str(path.relative_to(tmp_path / "out")) for path in (tmp_path / "out").rglob("*") if path.is_file()}
    assert written == {
        "repository/embedding/config.pbtxt",
        "repository/embedding/1/weights",
        "repository/embedding-int8/config.pbtxt",
        "repository/embedding-int8/1/weights",
        "repository/reranker/config.pbtxt",
        "repository/reranker/1/weights",
        "repository/generator/config.pbtxt",
        "repository/generator/1/model.json",
        "backends/fast/models/__init__.py",
    }


def test_an_overlay_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(ModelsError, match="there is no overlay 'moon'"):
        overlay.write(LAYOUT, "moon", tmp_path)

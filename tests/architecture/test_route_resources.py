"""The custom resource says what the code reads, field by field, and bounds them alike."""

from __future__ import annotations

import pytest
import yaml

from architecture.sources import ROOT
from chassis.snapshot import Route, Shadow, Target

CRD = yaml.safe_load((ROOT / "charts" / "forebay" / "crds" / "routes.yaml").read_text("utf-8"))
(VERSION,) = CRD["spec"]["versions"]
SPEC = VERSION["schema"]["openAPIV3Schema"]["properties"]["spec"]
BOUNDS = ("minimum", "maximum", "maxLength", "minItems", "maxItems")
PAIRS = [
    (SPEC, Route),
    (SPEC["properties"]["targets"]["items"], Target),
    (SPEC["properties"]["shadow"], Shadow),
]


@pytest.mark.parametrize(("schema", "model"), PAIRS, ids=lambda one: getattr(one, "__name__", ""))
def test_the_custom_resource_has_the_fields_of_the_code_and_no_other(schema, model):
    assert set(schema["properties"]) == set(model.model_fields)
    assert "x-kubernetes-preserve-unknown-fields" not in schema


@pytest.mark.parametrize(("schema", "model"), PAIRS, ids=lambda one: getattr(one, "__name__", ""))
def test_its_bounds_are_those_of_the_code(schema, model):
    read = model.model_json_schema()["properties"]
    for name, field in schema["properties"].items():
        for bound in BOUNDS:
            if bound in field and bound in read[name]:
                assert field[bound] == read[name][bound], f"{name}.{bound}"


def test_a_status_is_written_apart():
    assert VERSION["subresources"] == {"status": {}}

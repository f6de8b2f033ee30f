"""The chart, rendered in process."""

from __future__ import annotations

from typing import Any

import helm_python
import yaml

from rigs.stack import ROOT

CHART = ROOT / "charts" / "forebay"


def values(name: str) -> dict[str, Any]:
    """Read one of the files of values that come with the chart."""
    return yaml.safe_load((CHART / f"values-{name}.yaml").read_text("utf-8"))


def merged(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """Return the base with what the other says instead."""
    result = dict(base)
    for name, value in over.items():
        both = isinstance(value, dict) and isinstance(base.get(name), dict)
        result[name] = merged(base[name], value) if both else value
    return result


def rendered(given: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the objects that an installation as `forebay` would make."""
    with helm_python.Chart.load(str(CHART)) as chart:
        files = chart.render(given, name="forebay", namespace="forebay")
    texts = [text for name, text in files.items() if name.endswith(".yaml")]
    return [each for text in texts for each in yaml.safe_load_all(text) if each]


def named(objects: list[dict[str, Any]], kind: str, name: str) -> dict[str, Any]:
    """Return one object."""
    return next(each for each in objects if each["kind"] == kind and each["metadata"]["name"] == name)


def environment(deployment: dict[str, Any]) -> dict[str, str]:
    """Return the variables of the first container that have a value."""
    return {
        each["name"]: each["value"]
        for each in deployment["spec"]["template"]["spec"]["containers"][0]["env"]
        if "value" in each
    }

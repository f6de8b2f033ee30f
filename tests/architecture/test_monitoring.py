"""Dashboards and alerts ask for what exists, and alerts fire when they should."""

from __future__ import annotations

import json
import re
import shutil
import subprocess

import pytest
import yaml

from chassis import names
from rigs.chart import CHART, merged, named, rendered, values
from rigs.stack import ROOT

PROMTOOL = shutil.which("promtool")
OURS = re.compile(r"\b(?:rpc|gen_ai|db|forebay|nv)_[a-z0-9_]+\b")
TRITONS = {"nv_inference_queue_duration_us", "nv_inference_request_success", "nv_gpu_utilization"}
SUFFIXES = ("", "_total", "_seconds", "_bucket", "_count", "_sum", "_seconds_bucket", "_seconds_count", "_seconds_sum")


def known():
    """Every name of telemetry as Prometheus spells it, as a metric of any kind or as a label."""
    words = [value for key, value in vars(names).items() if key.isupper() and isinstance(value, str)]
    return {word.replace(".", "_") + suffix for word in words for suffix in SUFFIXES} | TRITONS


def rules():
    given = merged(values("dev"), {"monitoring": {"rules": True}})
    return named(rendered(given), "PrometheusRule", "forebay")["spec"]


def alerts():
    return [rule for group in rules()["groups"] for rule in group["rules"] if "alert" in rule]


def queries():
    dashboard = json.loads((CHART / "files" / "dashboard.json").read_text("utf-8"))
    shown = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    return shown + [rule["expr"] for group in rules()["groups"] for rule in group["rules"]]


@pytest.mark.parametrize("query", queries())
def test_a_query_asks_for_names_that_exist(query):
    assert set(OURS.findall(query)) - known() == set()


def test_every_alert_has_its_page_in_the_runbook():
    headings = {line.lower() for line in (ROOT / "docs" / "runbook.md").read_text("utf-8").splitlines()}

    for alert in alerts():
        page, _, anchor = alert["annotations"]["runbook"].partition("#")
        assert page == "docs/runbook.md"
        assert f"## {anchor}" in headings
        assert anchor == alert["alert"].lower()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("rules")
    (made / "rules.yaml").write_text(yaml.safe_dump(rules()))
    return made


def promtool(*arguments):
    if PROMTOOL is None:
        pytest.skip("promtool is not here: install prometheus")
    finished = subprocess.run([PROMTOOL, *map(str, arguments)], capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stdout + finished.stderr


def test_the_rules_are_rules(folder):
    promtool("check", "rules", folder / "rules.yaml")


def failing(percent):
    """Series of a door where so many of a hundred calls a minute fail."""
    labels = 'service_name="gateway",rpc_response_status_code'
    name = "rpc_server_duration_seconds_count"
    return [
        {"series": f'{name}{{{labels}="OK"}}', "values": f"0+{100 - percent}x400"},
        {"series": f'{name}{{{labels}="UNAVAILABLE"}}', "values": f"0+{percent}x400"},
    ]


@pytest.mark.parametrize(("percent", "windows"), [(0, []), (2, ["1h", "6h", "3d"]), (1, ["6h", "3d"])])
def test_the_budget_of_errors_alerts_by_how_fast_it_burns(folder, percent, windows):
    severity = {"1h": "page", "6h": "page", "3d": "ticket"}
    rate = {"1h": "14.4", "6h": "6", "3d": "1"}
    text = "Calls fail {} times as often as the objective of 99.9 % allows."
    expected = [
        {
            "exp_labels": {"severity": severity[window], "window": window},
            "exp_annotations": {
                "summary": text.format(rate[window]),
                "runbook": "docs/runbook.md#forebayerrorbudgetburn",
            },
        }
        for window in windows
    ]
    checked(folder, failing(percent), "ForebayErrorBudgetBurn", "6h", expected)


def test_slow_answers_page(folder):
    name = "gen_ai_client_operation_time_to_first_chunk_seconds"
    series = [
        {"series": f'{name}_bucket{{le="2.5"}}', "values": "0+1x400"},
        {"series": f"{name}_count", "values": "0+10x400"},
    ]
    expected = [
        {
            "exp_labels": {"severity": severity, "window": window},
            "exp_annotations": {
                "summary": f"Answers begin late {rate} times as often as the objective of 95 % within 3 s allows.",
                "runbook": "docs/runbook.md#forebayslowanswers",
            },
        }
        for severity, window, rate in [("page", "1h", "14.4"), ("ticket", "6h", "6")]
    ]
    checked(folder, series, "ForebaySlowAnswers", "6h", expected)


def checked(folder, series, alert, at, expected):
    case = {
        "interval": "1m",
        "input_series": series,
        "alert_rule_test": [{"eval_time": at, "alertname": alert, "exp_alerts": expected}],
    }
    file = folder / "case.yaml"
    file.write_text(yaml.safe_dump({"rule_files": ["rules.yaml"], "evaluation_interval": "1m", "tests": [case]}))
    promtool("test", "rules", file)


@pytest.mark.parametrize(("days", "severities"), [(40, []), (20, ["ticket"]), (2, ["ticket", "page"])])
def test_a_certificate_that_nobody_renews_alerts_before_its_end(folder, days, severities):
    left = days * 86400
    labels = {"service_name": "gateway", "forebay_file": "/certificate/tls.crt"}
    series = ",".join(f'{name}="{value}"' for name, value in labels.items())
    given = [{"series": f"forebay_certificate_expiry_seconds{{{series}}}", "values": f"{left + 3600}x60"}]
    expected = [
        {
            "exp_labels": labels | {"severity": severity},
            "exp_annotations": {
                "summary": f"A certificate that gateway uses ends in {days}d 0h 0m 0s.",
                "runbook": "docs/runbook.md#forebaycertificateends",
            },
        }
        for severity in severities
    ]
    checked(folder, given, "ForebayCertificateEnds", "1h", expected)

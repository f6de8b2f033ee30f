"""The command that starts a pool's Triton."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from models.failure import ModelsError
from models.layout import POOLS, Layout
from models.serving import Ports, triton_command

PORTS = Ports(grpc=1, http=2, metrics=3)


@pytest.fixture
def layout(tmp_path):
    made = Layout(tmp_path)
    (made.environment / "lib" / "python3.11" / "site-packages").mkdir(parents=True)
    made.facts.write_text(json.dumps({"library": "/lib/of/python"}))
    made.current.mkdir(parents=True)
    return made


def test_it_loads_the_models_of_the_pool_and_no_other(layout):
    for pool, models in POOLS.items():
        argv = triton_command(pool, PORTS, layout=layout).argv
        assert [argument for argument in argv if argument.startswith("--load-model=")] == [
            f"--load-model={model}" for model in models
        ]
        assert "--model-control-mode=explicit" in argv


def test_it_listens_on_loopback_alone(layout):
    argv = triton_command("embedding", PORTS, layout=layout).argv

    assert {"--grpc-address=127.0.0.1", "--http-address=127.0.0.1", "--metrics-address=127.0.0.1"} <= set(argv)
    assert {"--grpc-port=1", "--http-port=2", "--metrics-port=3"} <= set(argv)


def test_nobody_may_change_what_is_served_without_a_key(layout):
    guarded = "--grpc-restricted-protocol=model-repository,shared-memory,trace,logging:admin-key="
    keys = [
        argument.removeprefix(guarded)
        for _ in range(2)
        for argument in triton_command("embedding", PORTS, layout=layout).argv
        if argument.startswith(guarded)
    ]

    assert len(set(keys)) == 2
    assert f"{guarded}mine" in triton_command("embedding", PORTS, layout=layout, admin_key="mine").argv


def test_it_traces_when_told_where_to(layout):
    url = "http://127.0.0.1:4318/v1/traces"

    assert not [
        argument
        for argument in triton_command("embedding", PORTS, layout=layout).argv
        if argument.startswith("--trace-config")
    ]
    argv = triton_command("generator", PORTS, layout=layout, otlp_url=url).argv
    assert f"--trace-config=opentelemetry,url={url}" in argv
    assert "--trace-config=rate=0" in argv
    assert "--trace-config=opentelemetry,resource=service.name=triton-generator" in argv


def test_the_stub_finds_its_interpreter_and_that_ones_library(layout):
    env = triton_command("embedding", PORTS, layout=layout).env

    assert env["PATH"].startswith(f"{layout.root}/.venv/bin:")
    assert env["LD_LIBRARY_PATH"].endswith(":/lib/of/python")


def test_two_tritons_have_their_own_shared_memory(layout):
    others = [Ports(grpc=port, http=2, metrics=3) for port in (1, 9)]

    assert len({triton_command("embedding", ports, layout=layout).shared_memory for ports in others}) == 2


def test_an_unknown_pool_is_refused(layout):
    with pytest.raises(ModelsError, match="there are embedding, generator"):
        triton_command("vision", PORTS, layout=layout)


def test_importing_it_loads_no_vendor():
    vendors = "('numpy', 'grpc', 'google', 'jinja2')"
    script = f"import sys, models.serving; print([name for name in {vendors} if name in sys.modules])"
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert told.stdout.strip() == "[]"


def test_a_connection_lives_for_ever_unless_an_age_is_given(layout):
    without = triton_command("embedding", PORTS, layout=layout).argv
    with_age = triton_command("embedding", PORTS, connection_age=10, layout=layout).argv

    assert not [argument for argument in without if "connection-age" in argument]
    assert set(with_age) - set(without) >= {
        "--grpc-max-connection-age=10000",
        "--grpc-max-connection-age-grace=600000",
    }

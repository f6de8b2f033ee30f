"""Who can reach whom: each edge of the list connects, every other connection is refused."""

from __future__ import annotations

import json

import pytest

from chassis.edges import EDGES
from rigs.cluster import SERVICES, eventually, run
from rigs.visitor import Visitor, visiting

PORTS = {"milvus": 19530, "postgres": 5432, "valkey": 6379, "triton-embedding": 8001, "triton-generator": 8001}
PARTS = [*SERVICES, *PORTS]
RUNS_PYTHON = [*SERVICES, "triton-embedding", "triton-generator", "milvus", "postgres"]
"""The image of Valkey is somebody else's, and holds nothing to look with."""
LOOK = """
import json, socket, sys
from concurrent.futures import ThreadPoolExecutor
def open_(place):
    try:
        socket.create_connection(place[1:], timeout=3).close()
    except OSError:
        return None
    return place[0]
places = json.loads(sys.argv[1])
print(json.dumps(list(filter(None, ThreadPoolExecutor(32).map(open_, places)))))
"""


LISTEN = """
import socket
server = socket.create_server(("0.0.0.0", 50051))
while True:
    server.accept()[0].close()
"""


@pytest.fixture(scope="module")
def places(release):
    """Part, address and port of one pod of each part."""
    found = []
    for part in PARTS:
        pod = release.pods(part)[0]
        found.append([part, pod["status"]["podIP"], PORTS.get(part, 50051)])
    return found


def reached(release, pod, places):
    return set(json.loads(release.exec(pod, "python3", "-c", LOOK, json.dumps(places))))


@pytest.mark.parametrize("caller", RUNS_PYTHON)
def test_a_part_reaches_whom_it_calls_and_nobody_else(release, places, caller):
    pod = release.pods(caller)[0]["metadata"]["name"]
    others = [place for place in places if place[0] != caller]
    allowed = {callee for name, callee in EDGES if name == caller} & set(PARTS)

    # The door is open to everybody, but nobody of ours goes through it.
    assert reached(release, pod, others) == allowed


def test_nobody_of_ours_reaches_a_stranger_who_would_let_them_in(release):
    """Without a policy on the other side, so that it is ours that refuses."""
    with visiting(release, "open", {}, key=False, visitor=Visitor(program=LISTEN)) as name:
        (pod,) = [pod for pod in release.get("pods") if pod["metadata"]["name"] == name]
        place = ["open", pod["status"]["podIP"], 50051]
        with visiting(release, "stranger", {}, key=False) as stranger:
            assert eventually(lambda: reached(release, stranger, [place]) == {"open"})

        callers = [release.pods(part)[0]["metadata"]["name"] for part in RUNS_PYTHON]
        assert [caller for caller in callers if reached(release, caller, [place])] == []


def test_a_stranger_in_the_namespace_reaches_the_gateway_alone(release, places):
    with visiting(release, "stranger", {}, key=False) as pod:
        assert reached(release, pod, places) == {"gateway"}


def test_a_stranger_finds_the_two_doors_of_the_gateway_and_nothing_behind_them(release):
    """Health and figures are for the kubelet and for those who run the system."""
    address = release.pods("gateway")[0]["status"]["podIP"]
    ports = {"grpc": 50051, "health": 50052, "http": 50080, "operations": 50081}
    with visiting(release, "stranger", {}, key=False) as pod:
        assert reached(release, pod, [[name, address, port] for name, port in ports.items()]) == {"grpc", "http"}


def test_a_stranger_in_another_namespace_reaches_the_gateway_alone(release, places):
    other = type(release)("forebay-e2e-strangers")
    run("kubectl", "create", "namespace", other.namespace)
    try:
        assert reached_from(release, other, places) == {"gateway"}
    finally:
        run("kubectl", "delete", "namespace", other.namespace, "--wait=false")


def reached_from(release, other, places):
    with visiting(release, "stranger", {}, key=False, namespace=other.namespace) as pod:
        return reached(other, pod, places)

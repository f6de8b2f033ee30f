"""The chart says what the code says, and renders in every way that is documented."""

from __future__ import annotations

import subprocess
import sys
from functools import cache

import pytest
import yaml
from helm_python import HelmError

from architecture.sources import ROOT
from chassis.edges import EDGES
from forebay_client.stack import wiring
from models.layout import POOLS
from models.serving import AGE_GRACE, PING, RESTRICTED
from rigs.chart import environment, merged, named, rendered, values

SERVICES = sorted({caller for caller, _ in EDGES})
DOCUMENTED = {
    "development": ("dev", {}),
    "production": ("production", {}),
    "without network policies": ("dev", {"networkPolicies": {"enabled": False}}),
    "a collector that exists": (
        "dev",
        {"telemetry": {"collector": {"enabled": False}, "otlpEndpoint": "http://collector.monitoring:4317"}},
    ),
    "services that scale": (
        "dev",
        {
            "defaults": {"autoscaling": {"enabled": True}},
            "services": {"ingestion": {"autoscaling": {"enabled": False}}},
        },
    ),
    "MIG": ("production", {"triton": {"pools": {"embedding": {"gpu": {"nvidia.com/mig-1g.10gb": 1}}}}}),
    "claims of devices": (
        "production",
        {"triton": {"pools": {"generator": {"resourceClaims": [{"name": "gpu", "resourceClaimTemplateName": "one"}]}}}},
    ),
    "an edge with a Gateway": (
        "production",
        {"gateway": {"route": {"enabled": True, "parentRefs": [{"name": "edge"}]}}, "tls": {"gateway": False}},
    ),
    "files copied while developing": ("dev", {"defaults": {"sync": True}}),
    "weights mounted as an image": ("dev", {"triton": {"weights": "volume"}}),
    "TLS between services": ("dev", {"tls": {"enabled": True}}),
    "TLS that ends at an edge": ("production", {"tls": {"enabled": True, "gateway": False, "source": "given"}}),
    "certificates of cert-manager": (
        "production",
        {
            "tls": {"enabled": True, "source": "certManager", "issuer": {"name": "internal"}, "stores": "stores"},
            "triton": {"tls": {"existingSecret": "triton", "clients": True}},
        },
    ),
    "a key for administrators of models": ("dev", {"triton": {"adminSecret": "admin"}}),
    "sources and manifests": (
        "dev",
        {
            "sync": {"handbook": {"corpus": "handbook", "source": "https://git.example/team/handbook.git"}},
            "bulk": {"archive": {"corpus": "archive", "manifest": "s3://archive/manifest.jsonl"}},
        },
    ),
}


DOCUMENTED |= {
    str(file.relative_to(ROOT)): ("production", yaml.safe_load(file.read_text("utf-8")))
    for file in (ROOT / "k8s").glob("*/values-*.yaml")
}


@cache
def shown(name):
    base, over = DOCUMENTED[name]
    return rendered(merged(values(base), over))


def deployment(service, name="development"):
    return named(shown(name), "Deployment", f"forebay-{service}")


def test_what_the_chart_knows_of_the_code_is_fresh(tmp_path):
    file = tmp_path / "wiring.yaml"
    subprocess.run([sys.executable, ROOT / "charts" / "generate", file], check=True)

    assert file.read_text() == (ROOT / "charts" / "forebay" / "files" / "wiring.yaml").read_text()


@pytest.mark.parametrize("name", DOCUMENTED)
def test_every_documented_combination_of_values_renders(name):
    assert {f"forebay-{service}" for service in SERVICES} <= {
        each["metadata"]["name"] for each in shown(name) if each["kind"] == "Deployment"
    }


@pytest.mark.parametrize(
    "wrong", [{"nonsense": 1}, {"services": {"gateway": {"replica": 2}}}, {"triton": {"engine": "x"}}]
)
def test_values_that_nobody_reads_are_refused(wrong):
    with pytest.raises(HelmError):
        rendered(merged(values("dev"), wrong))


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"services": {"stranger": {}}}, "services.stranger: there is no such service"),
        ({"triton": {"pools": {"stranger": {}}}}, "triton.pools.stranger: no such pool"),
        ({"stores": {"postgres": {"inside": False}}}, "stores.postgres.existingSecret must name a Secret"),
        ({"stores": {"milvus": {"inside": False}}}, "stores.milvus.uri must say where Milvus is"),
        ({"stores": {"objects": {"url": ""}}}, "stores.objects.url must say where originals are kept"),
        ({"services": {"ingestion": {"replicas": 2}}}, "takes a single replica"),
        ({"triton": {"engine": "ngc"}}, "images.triton must name NVIDIA's Triton"),
    ],
)
def test_values_that_cannot_work_are_refused_in_words(wrong, words):
    with pytest.raises(HelmError, match=words):
        rendered(merged(values("dev"), wrong))


@pytest.mark.parametrize("service", wiring.SERVICES)
def test_the_chart_and_the_embedded_stack_give_a_service_the_same_settings(service):
    given = deployment(service)
    mounted = {
        item["path"]
        for volume in given["spec"]["template"]["spec"]["volumes"]
        for source in volume.get("projected", {}).get("sources", [])
        for item in source["secret"]["items"]
    }

    assert wiring.settings(service) <= environment(given).keys() | mounted


@pytest.mark.parametrize("name", DOCUMENTED)
def test_every_container_is_as_restricted_as_can_be(name):
    for template in templates(shown(name)):
        assert template["securityContext"]["runAsNonRoot"] is True
        assert template["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        follows = template.get("serviceAccountName") == "forebay-control"
        assert template["automountServiceAccountToken"] is follows
        assert not follows or template["containers"][0]["name"] == "control"
        for container in [*template["containers"], *template.get("initContainers", [])]:
            assert container["securityContext"] == {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            }
            assert container["resources"]["requests"]
            assert container["resources"]["limits"]["memory"]


def templates(objects):
    for each in objects:
        if each["kind"] == "Pod":
            yield each["spec"]
        elif each["kind"] == "CronJob":
            yield each["spec"]["jobTemplate"]["spec"]["template"]["spec"]
        elif "template" in each.get("spec", {}) and "spec" in each["spec"]["template"]:
            yield each["spec"]["template"]["spec"]


@pytest.mark.parametrize("service", SERVICES)
def test_a_pod_lives_longer_than_its_drain(service):
    given = deployment(service)
    settings = environment(given)
    drain = float(settings["FOREBAY_SERVER_SETTLE"]) + float(settings["FOREBAY_SERVER_GRACE"])

    assert given["spec"]["template"]["spec"]["terminationGracePeriodSeconds"] >= drain + 10


def test_weights_that_are_mounted_as_an_image_are_not_copied():
    spec = deployment("triton-embedding", "weights mounted as an image")["spec"]["template"]["spec"]
    volume = next(each for each in spec["volumes"] if each["name"] == "models")
    mount = next(each for each in spec["containers"][0]["volumeMounts"] if each["name"] == "models")

    assert "initContainers" not in spec
    assert volume["image"]["reference"].split(":")[0] == "docker.io/forebay/weights"
    assert f"/{mount['subPath']}" == mount["mountPath"]


@pytest.mark.parametrize("pool", POOLS)
def test_a_triton_serves_until_its_clients_have_left_and_its_streams_have_ended(pool):
    given = values("production")["triton"]
    spec = deployment(f"triton-{pool}", "production")["spec"]["template"]["spec"]
    sleep = spec["containers"][0]["lifecycle"]["preStop"]["sleep"]["seconds"]

    assert sleep > 2 * 10
    assert spec["terminationGracePeriodSeconds"] >= sleep + given["exitTimeout"] + 10


def test_ngcs_triton_is_started_like_ours():
    arguments = deployment("triton-generator", "production")["spec"]["template"]["spec"]["containers"][0]["args"]

    assert f"--grpc-max-connection-age-grace={AGE_GRACE}" in arguments
    assert f"--grpc-http2-min-recv-ping-interval-without-data={PING}" in arguments
    assert f"--grpc-restricted-protocol={RESTRICTED}:admin-key=$(FOREBAY_TRITON_ADMIN_KEY)" in arguments
    assert {f"--load-model={model}" for model in POOLS["generator"]} <= set(arguments)

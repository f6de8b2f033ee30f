"""Certificates of the chart: who has which, in whose name, and whom each service lets in."""

from __future__ import annotations

import base64

import pytest
from cryptography import x509
from helm_python import HelmError

from chassis.edges import EDGES, callers
from rigs.chart import environment, merged, named, rendered, values

SERVICES = sorted({caller for caller, _ in EDGES})


@pytest.fixture(scope="module")
def shown():
    return rendered(merged(values("dev"), {"tls": {"enabled": True, "gatewayNames": ["ai.example.org"]}}))


def certificate(objects, service, key="tls.crt"):
    data = named(objects, "Secret", f"forebay-tls-{service}")["data"]
    return x509.load_pem_x509_certificate(base64.b64decode(data[key]))


def names(found):
    return found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value.get_values_for_type(x509.DNSName)


@pytest.mark.parametrize("service", SERVICES)
def test_a_certificate_holds_the_name_by_which_a_service_is_called_and_the_authority_signed_it(shown, service):
    found = certificate(shown, service)
    targets = {
        name for each in SERVICES for name in environment(named(shown, "Deployment", f"forebay-{each}")).values()
    }

    assert f"forebay-{service}" in names(found)
    assert service == "gateway" or any(f"///{names(found)[0]}:" in target for target in targets)
    found.verify_directly_issued_by(certificate(shown, service, "ca.crt"))


def test_the_gateway_is_known_outside_too(shown):
    assert {"ai.example.org", "forebay.forebay.svc"} <= set(names(certificate(shown, "gateway")))


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_shows_its_own_certificate_and_lets_in_who_calls_it_by_the_list_of_edges(shown, service):
    deployment = named(shown, "Deployment", f"forebay-{service}")
    given = environment(deployment)
    volumes = {each["name"]: each for each in deployment["spec"]["template"]["spec"]["volumes"]}

    assert volumes["certificate"]["secret"]["secretName"] == f"forebay-tls-{service}"
    assert given["FOREBAY_SERVER_CERTIFICATE_FILE"] == given["FOREBAY_CHANNEL_CERTIFICATE_FILE"]
    wanted = {f"forebay-{caller}" for caller in callers(service)}
    assert set(filter(None, given.get("FOREBAY_SERVER_CALLERS", "").split(","))) == wanted
    assert ("FOREBAY_SERVER_CA_FILE" in given) == bool(wanted)


def test_no_service_holds_the_key_of_the_authority(shown):
    pods = [each["spec"]["template"]["spec"] for each in shown if each["kind"] in {"Deployment", "StatefulSet", "Job"}]

    assert "forebay-tls-authority" not in str(pods)


def test_cert_manager_is_asked_for_one_of_each_service():
    given = {"tls": {"enabled": True, "source": "certManager", "issuer": {"name": "internal"}}}
    objects = rendered(merged(values("dev"), given))
    asked = {each["spec"]["secretName"] for each in objects if each["kind"] == "Certificate"}

    assert asked == {f"forebay-tls-{service}" for service in SERVICES}
    assert not [each for each in objects if each["kind"] == "Secret" and "-tls-" in each["metadata"]["name"]]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"tls": {"enabled": True, "source": "certManager"}}, "tls.issuer.name must name an issuer"),
        ({"triton": {"tls": {"existingSecret": "triton"}}}, "triton.tls is for NVIDIA's Triton"),
        ({"tls": {"source": "magic"}}, "source"),
    ],
)
def test_values_that_cannot_work_are_refused_in_words(wrong, words):
    with pytest.raises(HelmError, match=words):
        rendered(merged(values("dev"), wrong))


def test_a_triton_that_asks_for_certificates_needs_services_that_have_some():
    given = {"tls": {"enabled": False}, "triton": {"tls": {"existingSecret": "triton", "clients": True}}}

    with pytest.raises(HelmError, match="services show Triton the certificates"):
        rendered(merged(values("production"), given))

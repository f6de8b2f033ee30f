"""`skaffold.yaml` builds what the chart runs."""

from __future__ import annotations

import subprocess

import yaml

from architecture.sources import ROOT


def told():
    return yaml.safe_load((ROOT / "skaffold.yaml").read_text("utf-8"))


def test_it_builds_the_images_that_make_images_builds():
    command = [ROOT / "charts" / "images", "--list"]
    listed = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()

    built = [artifact["image"] for artifact in told()["build"]["artifacts"]]
    assert sorted(built) == sorted(f"docker.io/forebay/{name}" for name in listed)


def test_it_names_files_and_targets_that_exist():
    for artifact in told()["build"]["artifacts"]:
        text = (ROOT / artifact["docker"]["dockerfile"]).read_text("utf-8")
        assert f" AS {artifact['docker']['target']}\n" in text


def test_changed_files_of_every_service_are_copied_to_where_its_image_has_them():
    services = {file.parent.name for file in (ROOT / "services").glob("*/pyproject.toml")}
    synced = {}
    for artifact in told()["build"]["artifacts"]:
        for rule in artifact.get("sync", {}).get("manual", []):
            folder = rule["src"].removesuffix("/**/*.py")
            assert (ROOT / folder).is_dir()
            assert rule["dest"] == "/app/ours"
            package = folder.removeprefix(rule["strip"].rstrip("/")).lstrip("/")
            synced.setdefault(artifact["image"].rsplit("/", 1)[1], set()).add(package)

    assert synced == {service: {service, "chassis", "pool", ""} for service in services}


def test_the_development_loop_has_services_start_again():
    (profile,) = told()["profiles"]

    assert profile["activation"] == [{"command": "dev"}]
    assert profile["patches"][0]["value"] == {"defaults.sync": True}


def test_the_release_takes_every_image_that_was_built():
    (release,) = told()["deploy"]["helm"]["releases"]
    built = {artifact["image"].rsplit("/", 1)[1] for artifact in told()["build"]["artifacts"]}

    assert {key.removeprefix("images.tags.") for key in release["setValueTemplates"]} == built
    assert all((ROOT / file).exists() for file in release["valuesFiles"])

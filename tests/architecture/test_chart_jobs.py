"""CronJobs that keep corpora in step with sources, and Jobs that work off manifests."""

from __future__ import annotations

import pytest
from typer.main import get_command

from forebay_client.commands.app import app
from rigs.chart import merged, named, rendered, values

SYNC = {
    "handbook": {
        "corpus": "handbook",
        "source": "https://git.example/team/handbook.git",
        "ref": "main",
        "include": ["*.md", "-*"],
        "exclude": ["old"],
        "prefix": "handbook/",
        "groups": ["staff"],
        "mostDeleted": 5,
        "delete": False,
        "adopt": True,
        "credentials": "handbook-git",
        "outside": {"to": [{"ipBlock": {"cidr": "10.0.0.0/8"}}]},
    },
    "bucket": {"corpus": "handbook", "source": "s3://handbook/pages"},
    "files": {"corpus": "files", "folder": {"claim": "files", "path": "pages"}},
}
BULK = {
    "archive": {"corpus": "archive", "manifest": "s3://archive/manifest.jsonl", "queue": "bulk"},
    "disk": {"corpus": "archive", "manifest": "a/manifest.jsonl", "volume": {"claim": "archive"}},
    "listed": {"corpus": "archive", "manifest": "manifest.jsonl", "volume": {"configMap": "listed"}},
    "made": {"job": "archive-2026"},
}
CLIENTS = {"networkPolicies": {"clients": [{"namespaceSelector": {}}]}}


def shown(over):
    return rendered(merged(values("dev"), over))


@pytest.fixture(scope="module")
def objects():
    return shown({"sync": SYNC, "bulk": BULK, **CLIENTS})


def sync_of(objects, entry):
    return named(objects, "CronJob", f"forebay-sync-{entry}")["spec"]


def bulk_of(objects, entry):
    (job,) = [
        each
        for each in objects
        if each["kind"] == "Job" and each["metadata"]["labels"]["app.kubernetes.io/component"] == f"bulk-{entry}"
    ]
    return job


def pods(objects):
    for entry in SYNC:
        yield sync_of(objects, entry)["jobTemplate"]["spec"]["template"]["spec"]
    for entry in BULK:
        yield bulk_of(objects, entry)["spec"]["template"]["spec"]


def understood(arguments):
    """Return what the command line makes of arguments; raise when it does not take them."""
    command, name = get_command(app), "forebay"
    while hasattr(command, "commands"):
        context = command.make_context(name, list(arguments))
        name, command, arguments = command.resolve_command(context, list(arguments))
    return command.make_context(name, arguments).params


def test_neither_is_there_unless_asked_for():
    kinds = [each["kind"] for each in rendered(values("dev"))]

    assert "CronJob" not in kinds
    assert kinds.count("Job") == 1  # the migrations


def test_the_command_line_understands_what_pods_are_told(objects):
    for pod in pods(objects):
        for container in [*pod.get("initContainers", []), *pod["containers"]]:
            assert understood(container["args"])


def test_a_sync_is_told_everything_that_its_entry_says(objects):
    (container,) = sync_of(objects, "handbook")["jobTemplate"]["spec"]["template"]["spec"]["containers"]
    told = understood(container["args"])

    assert told["source"] == "https://git.example/team/handbook.git"
    assert (told["corpus"], told["ref"], told["prefix"]) == ("handbook", "main", "handbook/")
    assert [list(told[name]) for name in ("include", "exclude", "group")] == [["*.md", "-*"], ["old"], ["staff"]]
    assert (told["most_deleted"], told["delete"], told["adopt"]) == (5, False, True)
    assert container["envFrom"] == [{"secretRef": {"name": "handbook-git"}}]


def test_runs_of_a_sync_are_kept_apart_bounded_and_not_repeated_in_vain(objects):
    spec = sync_of(objects, "bucket")
    rule = spec["jobTemplate"]["spec"]["podFailurePolicy"]["rules"][0]

    assert spec["concurrencyPolicy"] == "Forbid"
    assert spec["jobTemplate"]["spec"]["activeDeadlineSeconds"] == 3600
    assert (rule["action"], rule["onExitCodes"]["values"]) == ("FailJob", [2, 3, 4])


def test_a_folder_is_mounted_where_no_other_entry_has_one(objects):
    pod = sync_of(objects, "files")["jobTemplate"]["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    mount = next(each for each in container["volumeMounts"] if each["name"] == "source")

    assert understood(container["args"])["source"] == mount["mountPath"] == "/sources/files"
    assert (mount["subPath"], mount["readOnly"]) == ("pages", True)


def test_all_pods_of_a_bulk_entry_make_and_take_one_job(objects):
    job = bulk_of(objects, "archive")
    pod = job["spec"]["template"]["spec"]
    made = understood(pod["initContainers"][0]["args"])

    assert job["spec"]["completionMode"] == "Indexed"
    assert job["spec"]["completions"] == job["spec"]["parallelism"] == 4
    assert job["metadata"]["labels"]["kueue.x-k8s.io/queue-name"] == "bulk"
    assert made["name"] == understood(pod["containers"][0]["args"])["job"]
    assert (made["manifest"], made["corpus"]) == ("s3://archive/manifest.jsonl", "archive")


def test_a_job_that_exists_is_taken_and_none_is_made(objects):
    pod = bulk_of(objects, "made")["spec"]["template"]["spec"]

    assert understood(pod["containers"][0]["args"])["job"] == "archive-2026"
    assert "initContainers" not in pod


def test_another_image_is_another_job_of_the_cluster_for_the_same_work(objects):
    before = bulk_of(objects, "archive")
    after = bulk_of(shown({"bulk": BULK, "images": {"tag": "next"}}), "archive")
    again = bulk_of(shown({"bulk": merged(BULK, {"archive": {"round": 2}})}), "archive")

    assert before["metadata"]["name"] != after["metadata"]["name"]
    assert work(before) == work(after) != work(again)


def work(job):
    return understood(job["spec"]["template"]["spec"]["containers"][0]["args"])["job"]


def test_more_pods_are_more_of_the_same_job(objects):
    more = bulk_of(shown({"bulk": merged(BULK, {"archive": {"pods": 8}})}), "archive")

    assert more["metadata"]["name"] == bulk_of(objects, "archive")["metadata"]["name"]


def test_a_manifest_in_a_configmap_is_mounted_as_a_file_that_is_no_link(objects):
    container = bulk_of(objects, "listed")["spec"]["template"]["spec"]["initContainers"][0]
    mount = next(each for each in container["volumeMounts"] if each["name"] == "manifest")

    assert understood(container["args"])["manifest"] == mount["mountPath"] == "/bulk/listed/manifest.jsonl"
    assert mount["subPath"] == "manifest.jsonl"


@pytest.mark.parametrize(
    ("part", "outside"),
    [
        ("sync-handbook", [{"ports": [{"port": 443}], "to": [{"ipBlock": {"cidr": "10.0.0.0/8"}}]}]),
        ("sync-bucket", [{"ports": [{"port": 443}]}]),
        ("sync-files", []),
        ("bulk-archive", [{"ports": [{"port": 443}]}]),
        ("bulk-disk", []),
        ("bulk-listed", [{"ports": [{"port": 443}]}]),
    ],
)
def test_pods_reach_the_gateway_and_their_source_and_nobody_else(objects, part, outside):
    policy = named(objects, "NetworkPolicy", f"forebay-from-{part}")["spec"]
    gateway, *others = policy["egress"]

    assert policy["podSelector"]["matchLabels"]["app.kubernetes.io/component"] == part
    assert gateway["ports"] == [{"port": 50051}]
    assert gateway["to"][0]["podSelector"]["matchLabels"]["app.kubernetes.io/component"] == "gateway"
    assert others == outside


def test_a_gateway_that_is_closed_to_others_is_open_to_them(objects):
    rule = named(objects, "NetworkPolicy", "forebay-to-gateway")["spec"]["ingress"][0]
    allowed = rule["from"][1]["podSelector"]["matchExpressions"][0]["values"]

    assert set(allowed) == {"tests", *(f"sync-{entry}" for entry in SYNC), *(f"bulk-{entry}" for entry in BULK)}

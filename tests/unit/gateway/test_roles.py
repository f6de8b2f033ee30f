import pytest
from forebay.gateway.v1alpha1 import (
    admin_pb2,
    audit_pb2,
    caching_pb2,
    gateway_pb2,
    jobs_pb2,
    keeping_pb2,
    originals_pb2,
    usage_pb2,
)

from chassis.errors import PermissionDenied
from chassis.identity import Identity
from gateway.access.roles import RULES, permit

ROLES = ("admin", "operator")
JOBS = jobs_pb2.DESCRIPTOR.services_by_name["JobService"].methods_by_name
ADMIN = admin_pb2.DESCRIPTOR.services_by_name["AdminService"].methods_by_name
METHODS = {
    method.name
    for contract in (admin_pb2, caching_pb2, gateway_pb2, jobs_pb2, keeping_pb2, originals_pb2, audit_pb2, usage_pb2)
    for service in contract.DESCRIPTOR.services_by_name.values()
    for method in service.methods
}


def test_every_call_of_the_contract_has_its_rule_and_no_other():
    assert set(RULES) == METHODS


def test_what_writes_needs_the_role_write():
    writing = {name for name, rule in RULES.items() if rule.role == "write"}

    verbs = ("Create", "Put", "Delete", "Erase", "Replay", "Discard", "Set", "Update", "Begin", "Switch", "Drop")
    changing = {name for name in METHODS - set(ADMIN) if name.startswith(verbs)} - {"EraseTexts"}
    assert writing == changing | {"ListErasures", "ListQuarantine", "GetContract"} | set(JOBS)


def test_a_role_does_not_hold_another():
    writer = Identity(tenant="acme", groups=frozenset(), roles=frozenset({"write"}), key_id="writer")
    permit(writer, "write")

    with pytest.raises(PermissionDenied, match="'read'"):
        permit(writer, "read")


def test_an_operator_administers_every_tenant_and_an_administrator_operates_none():
    names = {role: Identity(tenant="acme", groups=frozenset(), roles=frozenset({role}), key_id=role) for role in ROLES}
    permit(names["operator"], "admin")

    for role, needed in (("admin", "operator"), ("operator", "read"), ("admin", "read")):
        with pytest.raises(PermissionDenied):
            permit(names[role], needed)


def test_the_control_plane_is_for_operators_and_keys_for_admins_too():
    needed = {name: RULES[name].role for name in ADMIN}
    assert {name for name, role in needed.items() if role == "admin"} == {
        "CreateKey",
        "ListKeys",
        "RotateKey",
        "RevokeKey",
    }
    assert set(needed.values()) == {"admin", "operator"}

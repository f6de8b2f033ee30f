from forebay.gateway.v1alpha1 import gateway_pb2 as pb
from forebay.gateway.v1alpha1 import jobs_pb2

from gateway.access.roles import RULES

METHODS = pb.DESCRIPTOR.services_by_name["GatewayService"].methods_by_name
JOBS = jobs_pb2.DESCRIPTOR.services_by_name["JobService"].methods_by_name


def test_every_call_of_the_contract_has_its_rule_and_no_other():
    assert set(RULES) == {*METHODS, *JOBS}


def test_what_writes_needs_the_role_write():
    writing = {name for name, rule in RULES.items() if rule.role == "write"}

    changing = {name for name in METHODS if name.startswith(("Create", "Put", "Delete", "Replay", "Discard", "Set"))}
    assert writing == changing | {"ListQuarantine", "GetContract"} | set(JOBS)

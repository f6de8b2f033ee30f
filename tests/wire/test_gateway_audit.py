from __future__ import annotations

import pytest
from forebay.gateway.v1alpha1 import audit_pb2 as audit
from forebay.gateway.v1alpha1 import audit_pb2_grpc as audit_rpc
from forebay.gateway.v1alpha1 import gateway_pb2 as pb
from forebay.gateway.v1alpha1 import usage_pb2 as usage
from forebay.gateway.v1alpha1 import usage_pb2_grpc as usage_rpc
from grpc import StatusCode

from rigs.gateway import ADMIN, OPERATOR, READER, ask, details, gateway, key, refused

SEARCH = pb.SearchRequest(query={"corpus": "docs", "query": "queues"})


@pytest.fixture
async def front(tmp_path):
    async with gateway(tmp_path) as front:
        yield front


async def test_an_administrator_is_told_of_a_request_by_its_id_or_trace(front):
    call = front.stub.Answer(ask("one"), metadata=key(READER))
    _ = [event async for event in call]
    trailer = dict(await call.trailing_metadata())
    stub = audit_rpc.AuditServiceStub(front.channel)

    for id_ in (trailer["forebay-request-id"], trailer["forebay-trace-id"]):
        told = await stub.GetRecord(audit.GetRecordRequest(id=id_), metadata=key(ADMIN))
        assert (told.records[0].question, told.records[0].answer) == ("one", "one ")
    by_operator = await stub.GetRecord(audit.GetRecordRequest(id=id_), metadata=key(OPERATOR))
    assert len(by_operator.records) == 1
    by_reader = await refused(stub.GetRecord(audit.GetRecordRequest(id=id_), metadata=key(READER)))
    nobody = await refused(stub.GetRecord(audit.GetRecordRequest(id="0" * 32), metadata=key(ADMIN)))
    wrong = await refused(stub.GetRecord(audit.GetRecordRequest(id="x"), metadata=key(ADMIN)))
    assert by_reader.code() == StatusCode.PERMISSION_DENIED
    assert nobody.code() == StatusCode.NOT_FOUND
    assert details(wrong).fields == ["id"]


async def test_texts_are_erased_and_the_chain_stays_whole(front):
    for question in ("one", "two"):
        _ = [event async for event in front.stub.Answer(ask(question), metadata=key(READER))]
    stub = audit_rpc.AuditServiceStub(front.channel)
    first = front.records.bodies[0]["id"]

    one = await stub.EraseTexts(audit.EraseTextsRequest(ids=[first]), metadata=key(ADMIN))
    rest = await stub.EraseTexts(audit.EraseTextsRequest(key="reader"), metadata=key(ADMIN))
    neither = await refused(stub.EraseTexts(audit.EraseTextsRequest(), metadata=key(ADMIN)))
    other = await refused(stub.EraseTexts(audit.EraseTextsRequest(key="k", tenant="ops"), metadata=key(ADMIN)))
    verified = await stub.VerifyRecords(audit.VerifyRecordsRequest(), metadata=key(OPERATOR))

    assert (one.erased, rest.erased, front.records.texts) == (1, 1, {})
    assert neither.code() == StatusCode.INVALID_ARGUMENT
    assert other.code() == StatusCode.PERMISSION_DENIED
    assert (list(verified.faults), verified.records) == ([], 6)


async def test_only_an_operator_verifies_and_is_told_of_faults(front):
    await front.stub.Search(SEARCH, metadata=key(READER))
    stub = audit_rpc.AuditServiceStub(front.channel)
    front.records.body("Search")["cost"] = "0.01"

    denied = await refused(stub.VerifyRecords(audit.VerifyRecordsRequest(), metadata=key(ADMIN)))
    found = await stub.VerifyRecords(audit.VerifyRecordsRequest(), metadata=key(OPERATOR))

    assert denied.code() == StatusCode.PERMISSION_DENIED
    assert [(fault.sequence, "was changed" in fault.what) for fault in found.faults] == [(1, True)]


async def test_usage_is_that_of_ones_own_tenant_and_for_an_operator_of_all(front):
    stub = usage_rpc.UsageServiceStub(front.channel)
    request = usage.GetUsageRequest(by=[usage.USAGE_BY_TENANT, usage.USAGE_BY_DAY])

    told = await stub.GetUsage(request, metadata=key(ADMIN))
    assert front.records.asked.tenant == "acme"
    await stub.GetUsage(request, metadata=key(OPERATOR))
    assert front.records.asked.tenant == ""
    denied = await refused(stub.GetUsage(usage.GetUsageRequest(tenant="ops"), metadata=key(ADMIN)))
    twice = await refused(stub.GetUsage(usage.GetUsageRequest(by=[1, 1]), metadata=key(ADMIN)))

    assert (told.rows[0].requests, list(told.rows[0].parts)) == (2, ["acme", ""])
    assert denied.code() == StatusCode.PERMISSION_DENIED
    assert twice.code() == StatusCode.INVALID_ARGUMENT

"""Contracts of corpora over a real server."""

from __future__ import annotations

import pytest
from forebay.ingestion.v1alpha1 import contract_pb2

from chassis import identity
from chassis.errors import InvalidArgument
from rigs.strict import WRITER, strict_ingestion


@pytest.fixture
async def stub(tmp_path):
    async with strict_ingestion(tmp_path) as stub:
        yield stub


FULL = contract_pb2.Contract(
    fields={
        "owner": {"required": True, "pattern": "[a-z]+"},
        "at": {"type": contract_pb2.FIELD_TYPE_DATETIME},
        "score": {"type": contract_pb2.FIELD_TYPE_NUMBER, "minimum": 0, "maximum": 1, "allowed": ["0", "1"]},
    },
    only_declared_fields=True,
    maximum_age={"field": "at", "days": 30},
    languages=["en"],
    minimum_characters=1,
    maximum_characters=100_000,
    personal_data=contract_pb2.POLICY_QUARANTINE,
    personal_kinds=["iban"],
    encoding=contract_pb2.POLICY_IGNORE,
)


async def test_a_contract_is_read_as_it_was_set_with_the_defaults_filled_in(stub):
    with identity.bound(WRITER):
        told = (await stub.SetContract(contract_pb2.SetContractRequest(corpus="docs", contract=FULL))).contract
        read = (await stub.GetContract(contract_pb2.GetContractRequest(corpus="docs"))).contract

    wanted = contract_pb2.Contract()
    wanted.CopyFrom(FULL)
    wanted.size_outliers = wanted.near_duplicates = contract_pb2.POLICY_REPORT
    for name in ("owner", "at"):
        wanted.fields[name].type = wanted.fields[name].type or contract_pb2.FIELD_TYPE_STRING
    assert told == read == wanted


async def test_a_contract_that_was_taken_back_demands_nothing(stub):
    with identity.bound(WRITER):
        await stub.SetContract(contract_pb2.SetContractRequest(corpus="docs"))

        assert (await stub.GetContract(contract_pb2.GetContractRequest(corpus="docs"))).contract.fields == {}


@pytest.mark.parametrize(
    ("contract", "field"),
    [
        ({"fields": {"a": {"pattern": "("}}}, "contract.fields.a.pattern"),
        ({"fields": {"a": {"pattern": "x" * 201}}}, "contract.fields.a.pattern"),
        ({"fields": {"a": {"minimum": 1}}}, "contract.fields.a"),
        (
            {"fields": {"a": {"type": 2, "minimum": float("nan")}}},
            "contract.fields.a.minimum",
        ),
        ({"fields": {"a": {"type": 9}}}, "contract.fields.a.type"),
        ({"maximum_age": {"field": "a", "days": 1}}, "contract"),
        ({"languages": ["xx"]}, "contract.languages.0"),
        ({"personal_data": 9}, "contract.personal_data"),
        ({"personal_kinds": ["shoe"]}, "contract.personal_kinds.0"),
        ({"minimum_characters": 8_000_001}, "contract.minimum_characters"),
    ],
)
async def test_a_bad_contract_is_refused_by_the_field_and_changes_nothing(stub, contract, field):
    with identity.bound(WRITER), pytest.raises(InvalidArgument) as refusal:
        await stub.SetContract(contract_pb2.SetContractRequest(corpus="docs", contract=contract))

    assert refusal.value.violations[0].field == field
    with identity.bound(WRITER):
        assert "owner" in (await stub.GetContract(contract_pb2.GetContractRequest(corpus="docs"))).contract.fields

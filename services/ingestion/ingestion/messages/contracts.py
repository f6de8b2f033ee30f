"""Contracts of corpora, from the wire and back."""

from __future__ import annotations

from typing import Any, Final

from forebay.ingestion.v1alpha1 import contract_pb2 as pb

from chassis.validation import checked
from ingestion.contracts.words import Contract, Demand
from ingestion.requests import SetContract

__all__ = ["asked", "shown"]

_POLICIES: Final = ("personal_data", "encoding", "size_outliers", "near_duplicates")


def asked(request: pb.SetContractRequest) -> SetContract:
    """Return the contract that a corpus is to get; what is not set has its default."""
    return checked(SetContract, corpus=request.corpus, contract=_contract(request.contract))


def _contract(message: pb.Contract) -> dict[str, Any]:
    return {
        "fields": {name: _demand(demand) for name, demand in message.fields.items()},
        "undeclared": "refuse" if message.only_declared_fields else "allow",
        "maximum_age": _age(message),
        "languages": list(message.languages),
        "minimum_characters": message.minimum_characters,
        "maximum_characters": message.maximum_characters,
        "personal_kinds": list(message.personal_kinds),
        **{name: _word("POLICY_", pb.Policy, getattr(message, name)) for name in _POLICIES if getattr(message, name)},
    }


def shown(contract: Contract) -> pb.Contract:
    """Return the contract as it is read."""
    policies: dict[str, Any] = {name: pb.Policy.Value(f"POLICY_{getattr(contract, name).name}") for name in _POLICIES}
    message = pb.Contract(
        fields={name: _shown(demand) for name, demand in contract.fields.items()},
        only_declared_fields=contract.undeclared == "refuse",
        languages=contract.languages,
        minimum_characters=contract.minimum_characters,
        maximum_characters=contract.maximum_characters,
        personal_kinds=[kind.value for kind in contract.personal_kinds],
        **policies,
    )
    if contract.maximum_age:
        message.maximum_age.CopyFrom(pb.MaximumAge(field=contract.maximum_age.field, days=contract.maximum_age.days))
    return message


def _demand(message: pb.Demand) -> dict[str, Any]:
    return {
        "type": _word("FIELD_TYPE_", pb.FieldType, message.type) if message.type else "string",
        "required": message.required,
        "allowed": list(message.allowed),
        "minimum": message.minimum if message.HasField("minimum") else None,
        "maximum": message.maximum if message.HasField("maximum") else None,
        "pattern": message.pattern,
    }


def _age(message: pb.Contract) -> dict[str, Any] | None:
    if not message.HasField("maximum_age"):
        return None
    return {"field": message.maximum_age.field, "days": message.maximum_age.days}


def _shown(demand: Demand) -> pb.Demand:
    return pb.Demand(
        type=pb.FieldType.Value(f"FIELD_TYPE_{demand.type.name}"),
        required=demand.required,
        allowed=demand.allowed,
        minimum=demand.minimum,
        maximum=demand.maximum,
        pattern=demand.pattern,
    )


def _word(prefix: str, enum: Any, number: int) -> str:
    """Return the word of a number; one that the contract does not know is no word, and is refused when checked."""
    known = number in enum.values()
    return str(enum.Name(number)).removeprefix(prefix).lower() if known else str(number)

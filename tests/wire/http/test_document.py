"""Requests made from the OpenAPI document, and held against it."""

import asyncio

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from gateway.http.document import document
from rigs.gateway import READER

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES = 40


async def test_what_the_document_allows_is_answered_as_it_says(front):
    schema = schemathesis.openapi.from_dict(document())
    said = {"authorization": f"Bearer {READER}"}

    def tried(operation):
        @settings(
            max_examples=EXAMPLES,
            derandomize=True,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def try_all(case):
            case.call_and_validate(base_url=front.http, headers=said, checks=CHECKS, timeout=10)

        try_all()

    operations = [found.ok() for found in schema.get_all_operations()]
    assert len(operations) == 4
    for operation in operations:
        await asyncio.to_thread(tried, operation)

"""OTLP over gRPC."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import grpc
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from forebay_client.receiver.intake import Intake
from forebay_client.receiver.settings import ReceiverSettings
from forebay_client.receiver.wire.otlp import BadExportError

PACKAGE = "opentelemetry.proto.collector"
Take = Callable[[Any], Awaitable[Any]]


def export(request: type[Any], take: Take) -> grpc.RpcMethodHandler[Any, Any]:
    """Return the method that every OTLP service consists of."""

    async def method(message: Any, context: grpc.aio.ServicerContext[Any, Any]) -> Any:
        try:
            return await take(message)
        except BadExportError as error:
            await context.abort(grpc.StatusCode.INVALID_ARGUMENT, str(error))

    return grpc.unary_unary_rpc_method_handler(
        method,
        request_deserializer=request.FromString,
        response_serializer=lambda answer: answer.SerializeToString(),
    )


def services(intake: Intake) -> list[grpc.GenericRpcHandler]:
    """Return the three services of OTLP."""
    table = {
        "trace.v1.TraceService": export(ExportTraceServiceRequest, intake.traces),
        "metrics.v1.MetricsService": export(ExportMetricsServiceRequest, intake.measurements),
        "logs.v1.LogsService": export(ExportLogsServiceRequest, intake.logs),
    }
    return [
        grpc.method_handlers_generic_handler(f"{PACKAGE}.{name}", {"Export": method}) for name, method in table.items()
    ]


@asynccontextmanager
async def served(intake: Intake, settings: ReceiverSettings) -> AsyncIterator[int]:
    """Serve until the block ends; yield the port."""
    server = grpc.aio.server(options=[("grpc.max_receive_message_length", settings.max_body)])
    server.add_generic_rpc_handlers(tuple(services(intake)))
    port = server.add_insecure_port(f"{settings.host}:{settings.grpc_port}")
    await server.start()
    try:
        yield port
    finally:
        await server.stop(grace=1)

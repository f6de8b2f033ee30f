"""Every name of telemetry: spans, metrics, attributes.

Names are a contract with dashboards, alerts and the tests of traces, so they live in one file. Where OpenTelemetry has
a convention (RPC, databases, GenAI 0.1) the name is the convention's; ours start with `forebay.`.
"""

from __future__ import annotations

from typing import Final

SCOPE: Final = "forebay.chassis"
"""The instrumentation scope of every span and metric of ours."""

# Calls between services.
RPC_SYSTEM: Final = "rpc.system"
RPC_SERVICE: Final = "rpc.service"
RPC_METHOD: Final = "rpc.method"
RPC_STATUS_CODE: Final = "rpc.response.status_code"
"""The name of the gRPC status, such as `DEADLINE_EXCEEDED`."""
SERVER_ADDRESS: Final = "server.address"
ERROR_TYPE: Final = "error.type"
PEER: Final = "forebay.peer"
"""The callee's name in `chassis.edges`."""
REASON: Final = "forebay.reason"
"""The failure's own name, such as `UNKNOWN_CORPUS`."""
MESSAGES_SENT: Final = "forebay.messages.sent"
MESSAGES_RECEIVED: Final = "forebay.messages.received"

# Stores.
DB_SYSTEM: Final = "db.system.name"
DB_OPERATION: Final = "db.operation.name"
DB_COLLECTION: Final = "db.collection.name"
DB_ROWS: Final = "db.response.returned_rows"

# Who asks, and of what. A tenant is a name, never a person.
TENANT: Final = "forebay.tenant"
CORPUS: Final = "forebay.corpus"
CORPUS_VERSION: Final = "forebay.corpus.version"
PROMPT_VERSION: Final = "forebay.prompt.version"
DEGRADED: Final = "forebay.degraded"
"""The steps that were given up, a list of words."""
CACHE_STATE: Final = "forebay.cache.state"

# Models.
GEN_AI_OPERATION: Final = "gen_ai.operation.name"
GEN_AI_PROVIDER: Final = "gen_ai.provider.name"
GEN_AI_REQUEST_MODEL: Final = "gen_ai.request.model"
GEN_AI_RESPONSE_MODEL: Final = "gen_ai.response.model"
GEN_AI_FINISH_REASONS: Final = "gen_ai.response.finish_reasons"
GEN_AI_INPUT_TOKENS: Final = "gen_ai.usage.input_tokens"
GEN_AI_OUTPUT_TOKENS: Final = "gen_ai.usage.output_tokens"
GEN_AI_TOKEN_TYPE: Final = "gen_ai.token.type"  # noqa: S105 - a token of a text, not of a login
GEN_AI_MAX_TOKENS: Final = "gen_ai.request.max_tokens"
GEN_AI_TOP_K: Final = "gen_ai.retrieval.top_k"
MODEL_VERSION: Final = "forebay.model.version"
STEP: Final = "forebay.step"
"""What was done, as records of requests name it: embed, search, rerank, generate."""
INFERENCES: Final = "forebay.inferences"
"""How often, on the same span: texts embedded, searches made, passages reranked, generations begun."""
POOL_ROLE: Final = "forebay.pool.role"
POOL_NAME: Final = "forebay.pool.name"
POOL_MODEL: Final = "forebay.pool.model"
OUTCOME: Final = "forebay.outcome"
"""How a call ended: `OK`, `CANCELLED`, or the failure's reason."""
ROUTE: Final = "forebay.route"
"""Kind and role of a route, such as `model/generator` or `service/orchestrator`."""
TARGET: Final = "forebay.route.target"
"""A target's name: `pool/model@version`, or the address of a service's track."""
TIER: Final = "forebay.route.tier"
ROUTES: Final = "forebay.routes"
"""On the span of a served call: who took part, each as kind/role=target."""
ROUTES_VERSION: Final = "forebay.routes.version"
"""On the same span: the version of the table that they were chosen from."""
SHADOW: Final = "forebay.shadow"
"""Whether something is done for comparison alone."""
INPUT_KIND: Final = "forebay.embedding.kind"
"""What texts are to a search: passage or query."""

GEN_AI_FIRST: Final = "gen_ai.first_chunk"
"""An event on the span of a generation: the first piece of text is there."""

# How a search came about.
CANDIDATES: Final = "forebay.rerank.candidates"
"""Chunks that were found before the best of them were looked at again."""

# How an answer came about.
GATE_PROBABILITY: Final = "forebay.gate.probability"
"""That the sources hold the answer, as the gate judged it."""

# Metrics; durations are in seconds.
SERVER_DURATION: Final = "rpc.server.duration"
SERVER_ACTIVE: Final = "rpc.server.active_requests"
SERVER_MESSAGES: Final = "rpc.server.messages"
CLIENT_DURATION: Final = "rpc.client.duration"
CLIENT_ACTIVE: Final = "rpc.client.active_requests"
CLIENT_MESSAGES: Final = "rpc.client.messages"
STORE_DURATION: Final = "db.client.operation.duration"
GEN_AI_DURATION: Final = "gen_ai.client.operation.duration"
GEN_AI_TOKENS: Final = "gen_ai.client.token.usage"
GEN_AI_FIRST_CHUNK: Final = "gen_ai.client.operation.time_to_first_chunk"
GEN_AI_PER_CHUNK: Final = "gen_ai.client.operation.time_per_output_chunk"
LIMITS_DECISIONS: Final = "forebay.limits.decisions"
"""Requests that limits judged: `OUTCOME` is OK, the limit that was reached, or LIMITS_UNKNOWN; `DEGRADED` tells whether
the gateway counted alone."""
LIMITS_HELD: Final = "forebay.limits.held"
"""Reservations of requests under way in a gateway."""
POOL_CALLS: Final = "forebay.pool.calls"
POOL_QUEUE_WAIT: Final = "forebay.pool.queue.wait"
POOL_DURATION: Final = "forebay.pool.duration"
POOL_FIRST_ANSWER: Final = "forebay.pool.time_to_first_answer"
ROUTE_DURATION: Final = "forebay.route.duration"
"""Time of calls to the targets of routes, by `OUTCOME`."""
ROUTE_READY: Final = "forebay.route.ready"
"""1 for a target that may be given work, else 0; of routes with several targets."""
RERANK_DURATION: Final = "forebay.rerank.duration"
"""Time of one look at the candidates, by `OUTCOME`."""
EMBEDDING_TEXTS: Final = "forebay.embedding.texts"
EMBEDDING_TOKENS: Final = "forebay.embedding.tokens"
EMBEDDING_TRUNCATED: Final = "forebay.embedding.truncated"
INGESTION_DOCUMENTS: Final = "forebay.ingestion.documents"
"""Documents by how they ended: `OUTCOME` is committed, unchanged, quarantined or refused, with the `REASON` of a
refusal."""
INGESTION_FINDINGS: Final = "forebay.ingestion.findings"
"""What checks found about documents, by `RULE`; `OUTCOME` is reported or quarantined."""
INGESTION_LINEAGE: Final = "forebay.ingestion.lineage"
"""Events of lineage: `OUTCOME` is sent, failed or dropped."""
RULE: Final = "forebay.rule"
"""A rule of data contracts and quality, such as `required` or `near_duplicate`."""
INGESTION_CHUNKS: Final = "forebay.ingestion.chunks"
INGESTION_STAGE: Final = "forebay.ingestion.stage"
"""Time of one document in one stage, or of one commit."""
INGESTION_IN_FLIGHT: Final = "forebay.ingestion.in_flight"
"""Documents on their way in a stage, waiting included."""
STAGE: Final = "forebay.stage"
"""A step of ingestion: find, keep, cut, embed or commit."""

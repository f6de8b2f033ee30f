"""How telemetry comes in and questions are answered: OTLP's messages, its JSON, gRPC and HTTP."""

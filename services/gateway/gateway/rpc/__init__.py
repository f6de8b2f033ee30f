"""The edge that speaks gRPC."""

"""Valkey: what gateways share. The only package here that knows its client."""

"""The control plane, from which ingestion learns where the services are that it calls."""

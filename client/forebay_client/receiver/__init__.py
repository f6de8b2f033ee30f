"""The OTLP receiver of the embedded stack: keeps the last traces and metrics where a laptop can look at them."""

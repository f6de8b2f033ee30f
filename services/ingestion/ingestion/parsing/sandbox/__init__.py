"""Parsing in a process of its own that can be killed, and that can do nothing but parse."""

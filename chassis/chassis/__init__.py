"""What every service stands on: errors, identity, deadlines, telemetry, one server and one channel."""

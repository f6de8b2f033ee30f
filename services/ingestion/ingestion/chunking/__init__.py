"""From a parsed document to the pieces that are embedded, found and shown."""

"""What can be told of a document by looking at it and at the others of its corpus."""

"""What a corpus may demand of its documents, and what is found when one does not keep to it."""

"""What a client does with a corpus besides its documents."""

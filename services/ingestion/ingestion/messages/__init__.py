"""Between the messages of the contract and the words of the rules."""

"""The command line: `forebay`."""

"""From bytes that somebody sent to one text with blocks over it, whatever the format was."""

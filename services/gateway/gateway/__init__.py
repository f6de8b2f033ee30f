"""Who may ask what: the door of the system."""

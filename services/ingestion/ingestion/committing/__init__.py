"""How documents become visible: the order of a commit, who shares one, and what is swept up after."""

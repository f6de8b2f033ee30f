"""Routes that are resources of a cluster become routes of ours, and are told what became of them."""

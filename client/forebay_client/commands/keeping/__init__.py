"""`forebay corpora` and `forebay documents`: what there is, what is kept of it, and how it goes."""

"""Makes the files that Triton serves from the packaged weights; runs in the models' own environment only."""

"""How texts of many requests become batches of one model, and vectors find their way back."""

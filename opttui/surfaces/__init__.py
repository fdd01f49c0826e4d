"""Formulas of two-dimensional surfaces, written once over plain arithmetic: torch walks on them, NumPy draws them."""

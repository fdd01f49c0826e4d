"""opttui races PyTorch optimizers in a terminal. This package's root imports nothing, so that every window starts fast."""

__version__ = "0.1.0"

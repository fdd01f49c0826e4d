"""The home screen's contents: what there is to start or to open, and how it looks. Knows no widget."""

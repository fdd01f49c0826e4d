"""One short file a verb; the only place that exits."""

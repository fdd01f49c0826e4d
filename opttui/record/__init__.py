"""What happened, on disk: run directory, row layout, writer, reader, overview. Knows no torch."""

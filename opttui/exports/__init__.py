"""A run as files of other formats: rows, charts, reports. Knows no command line, no widget and no torch."""

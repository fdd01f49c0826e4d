"""What is asked for, as data: frozen specs, the lane phrase, TOML. Knows no torch."""

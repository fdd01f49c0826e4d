"""Numbers in, cells out. Knows neither races nor records nor Textual."""

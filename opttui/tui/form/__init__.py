"""A lane and a race as forms: fields as text, phrases and sentences out. Knows no widget."""

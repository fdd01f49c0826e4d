"""What the machine does while a race or a training runs on it: read once a second, recorded with the run. No torch."""

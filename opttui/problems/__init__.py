"""What is minimised. One small file for each kind."""

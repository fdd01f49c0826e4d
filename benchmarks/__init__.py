"""What measures speed, memory and bytes. Each module prints ratios taken in one run; none asserts."""

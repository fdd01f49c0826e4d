"""What stands in the way of opttui here: each thing looked at by itself, told in a sentence with what to do. No torch."""

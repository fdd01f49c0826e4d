"""The race process: its loop, the commands between steps, flushing, life cycle."""

"""Lanes in lockstep. Pure: no thread, no clock of its own, no disk."""

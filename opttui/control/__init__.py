"""Wishes and their channel: commands, the socket's client, starting and finding processes. Knows no torch."""

"""Wishes and their channel: command structs, the socket's client, starting and finding race processes. Knows no torch."""

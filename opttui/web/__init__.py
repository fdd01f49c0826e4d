"""The screen in a browser, through textual-serve: on this machine, behind a token, read-only unless asked. No torch."""

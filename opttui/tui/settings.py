"""What a person chose once for all windows: theme and mouse. Knows no widget."""

import os
from pathlib import Path
from typing import Any

import msgspec

THEME = "OPTTUI_THEME"
"""The environment's word goes over the file's."""


keeping = True
"""Whether choices are written down; else they hold for this process. Set once, at its start."""


class Settings(msgspec.Struct, frozen=True):
    """The file's contents; keys of other versions are left out."""

    theme: str = ""
    mouse: bool = True
    """Whether windows take the mouse; else it is the terminal's, which then selects text."""


def settings_file() -> Path:
    """Where they lie; it need not exist."""
    from platformdirs import user_config_path  # noqa: PLC0415 (5 ms, only when a screen opens)

    return user_config_path("opttui", appauthor=False) / "settings.json"


def settings() -> Settings:
    """What was chosen, here or for this process alone."""
    found = kept()
    named = os.environ.get(THEME, "")
    return msgspec.structs.replace(found, theme=named) if named else found


def kept() -> Settings:
    """What the file says; defaults where it says nothing, or cannot be read."""
    try:
        return msgspec.json.decode(settings_file().read_bytes(), type=Settings)
    except (OSError, msgspec.DecodeError):
        return Settings()


def keep(**chosen: Any) -> str:
    """Write some of them down; a sentence where that fails, else nothing."""
    if not keeping:
        return ""
    path = settings_file()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(".new")
        fresh.write_bytes(msgspec.json.encode(msgspec.structs.replace(kept(), **chosen)))
        fresh.replace(path)
    except OSError as error:
        return f"This holds for this window only: {path} cannot be written ({error.strerror})."
    return ""

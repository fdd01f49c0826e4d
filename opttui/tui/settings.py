"""What a person chose once for all windows: the theme. Knows no widget."""

import os
from pathlib import Path

import msgspec

THEME = "OPTTUI_THEME"
"""The environment's word goes over the file's."""


class Settings(msgspec.Struct, frozen=True):
    """The file's contents; keys of other versions are left out."""

    theme: str = ""


def settings_file() -> Path:
    """Where they lie; it need not exist."""
    from platformdirs import user_config_path  # noqa: PLC0415 (5 ms, only when a screen opens)

    return user_config_path("opttui", appauthor=False) / "settings.json"


def settings() -> Settings:
    """What was chosen; defaults where nothing was, or where the file cannot be read."""
    try:
        found = msgspec.json.decode(settings_file().read_bytes(), type=Settings)
    except (OSError, msgspec.DecodeError):
        found = Settings()
    named = os.environ.get(THEME, "")
    return msgspec.structs.replace(found, theme=named) if named else found


def keep(chosen: Settings) -> str:
    """Write them down; a sentence where that fails, else nothing."""
    path = settings_file()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(".new")
        fresh.write_bytes(msgspec.json.encode(chosen))
        fresh.replace(path)
    except OSError as error:
        return f"The theme is kept for this window only: {path} cannot be written ({error.strerror})."
    return ""

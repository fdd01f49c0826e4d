"""What of a manifest is handed on with a run: all but where its process lives."""

from typing import Any

import msgspec

from opttui.record.manifest import Manifest


def shared(manifest: Manifest) -> dict[str, Any]:
    """Plain data, floats as they are. Host, process and socket mean nothing elsewhere, and are nobody's business."""
    told: dict[str, Any] = msgspec.to_builtins(manifest, str_keys=True, enc_hook=str)
    told.pop("process", None)
    return told

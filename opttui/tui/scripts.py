"""What a window can do to a tracked script, whose process is the user's own. Knows no widget."""

from opttui.record.manifest import Manifest

OBEYED = ("toggle_pause", "step", "slower", "faster", "turn_down", "turn_up", "value")
"""Actions that mean something to a script that takes commands."""
CLOSED = "This script takes no commands: opttui.track(…, control=True) in it would let it."
NOT_OURS = {
    "fork": "A tracked script cannot be forked: only the script itself could make another model.",
    "branch": "A tracked script cannot go back: nothing of it but its numbers was recorded.",
    "rescue": "A tracked script cannot go back: nothing of it but its numbers was recorded.",
    "schedule": "A tracked script has its own schedule; its lr can be turned, and the schedule goes on in proportion.",
    "principal_plane": "A tracked script draws no paths.",
    "random_plane": "A tracked script draws no paths.",
}
"""Why others do not; for those that are not here `NO`."""
NO = "A tracked script cannot do that: its lanes are what the script trains."


def refused(manifest: Manifest, action: str) -> str:
    """Why a tracked script does not do what an action asks for, as a sentence; empty for all other runs."""
    return refused_by(manifest.kind, manifest.control, action)


def refused_by(kind: str, control: bool, action: str) -> str:
    """The same of a manifest that says so much of itself."""
    if kind != "tracked" or (control and action in OBEYED):
        return ""
    return NOT_OURS.get(action, NO) if control or action not in OBEYED else CLOSED

"""What a row holds and what the files of a run are called. `docs/record.md` has the format byte by byte."""

COLUMNS = ("step", "evaluations", "seconds", "loss", "lr", "grad_norm", "update_norm", "x", "y")
"""A row's columns, all float64. `loss` is that of the batch before the update, `lr` the one used for it,
`seconds` the lane's own compute time so far, `x, y` the point drawn, before the update."""

STEP, EVALUATIONS, SECONDS, LOSS, LR, GRAD_NORM, UPDATE_NORM, X, Y = range(len(COLUMNS))

Row = tuple[float, float, float, float, float, float, float, float, float]

MANIFEST = "manifest.json"
EVENTS = "events.jsonl"
LOCK = "lock"
LOG = "process.log"
GRIDS = "race.rec"
"""The log of what belongs to the race and to no lane: grids of loss values."""
MACHINE = "machine.rec"
"""The log of readings of the machine that the race runs on."""


def lane_file(lane: int) -> str:
    """Name of a lane's log."""
    return f"lane-{lane:02d}.rec"


def index_file(lane: int) -> str:
    """Name of the min–max index derived from a lane's log."""
    return f"lane-{lane:02d}.idx"


def final_file(lane: int) -> str:
    """Name of the file with a lane's last parameters (safetensors)."""
    return f"lane-{lane:02d}.safetensors"


CHECKPOINTS = "ckpt"
"""The directory of checkpoints; a pointer in a lane's log says which of them belong to its history."""


def checkpoint_file(lane: int, step: int, serial: int) -> str:
    """Name of a lane's checkpoint, from the run's directory. Never used twice: a lane that went back writes others."""
    return f"{CHECKPOINTS}/lane-{lane:02d}-{step}-{serial}.safetensors"

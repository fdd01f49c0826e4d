"""The errors that a person may see. Each is a sentence; what would be right goes into the hint."""


class OpttuiError(Exception):
    """Something that the user can put right: printed as one sentence, exit status 2."""

    def __init__(self, message: str, hint: str = "", details: str = "") -> None:
        super().__init__(message)
        self.message = message
        """What is wrong and where (file and line, lane, option)."""
        self.hint = hint
        """What would be right; empty when the message already says it."""
        self.details = details
        """The traceback of the user's own code, shown above the sentence; empty where none of it ran."""

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class InputError(OpttuiError):
    """A scenario, a lane phrase, an option or a command that cannot be carried out as written."""


class RunError(OpttuiError):
    """A run that cannot be found, opened, written or spoken to."""


class Stopped(OpttuiError):  # noqa: N818 (a wish, not a fault)
    """Somebody has stopped a tracked script that never looks at `run.should_stop`. Raised by `optimizer.step()`, after
    the step; the `with` block of the run ends quietly with it."""


class TrackingWarning(UserWarning):
    """Something about recording a script went wrong. Training goes on."""

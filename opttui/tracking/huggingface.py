"""A callback for Hugging Face's Trainer: `Trainer(..., callbacks=[OpttuiCallback()])` records the training as a run.

Thin: the run is what `opttui.track` makes of the trainer's optimizer, and numbers are those that the trainer logs.
Importing this needs `transformers`.
"""

from typing import Any

from opttui.tracking.installed import one_of
from opttui.tracking.run import Run
from opttui.tracking.start import track

LOSS = "loss"
SKIPPED = ("epoch", "step", "learning_rate", "total_flos", "num_input_tokens_seen")
"""Of what the trainer logs, that which a run has already or which is no result."""

_trainer = one_of("transformers.trainer_callback", package="transformers")


class OpttuiCallback(_trainer.TrainerCallback):  # type: ignore[name-defined, misc]
    """Records each `train` as a run; arguments are those of `opttui.track`."""

    def __init__(
        self, control: bool = False, name: str = "", title: str = "", norms_every: int | None = None
    ) -> None:
        self._given: dict[str, Any] = {
            "control": control,
            "name": name,
            "title": title,
            "norms_every": norms_every,
        }
        self.run: Run | None = None
        """Of the present or the last `train`; None before."""

    def on_train_begin(self, args: Any, state: Any, control: Any, **more: Any) -> None:
        """Track the trainer's optimizer."""
        optimizer = more.get("optimizer")
        if optimizer is None or not state.is_world_process_zero:
            return
        self.run = track(
            optimizer,
            more.get("lr_scheduler"),
            more.get("model"),
            steps=state.max_steps if state.max_steps > 0 else None,
            **self._given,
        )

    def on_step_end(self, args: Any, state: Any, control: Any, **more: Any) -> None:
        """A stop that somebody has asked for."""
        if self.run is not None and self.run.should_stop:
            control.should_training_stop = True

    def on_log(
        self, args: Any, state: Any, control: Any, logs: dict[str, Any] | None = None, **more: Any
    ) -> None:
        """What the trainer logs: the loss every `logging_steps`, evaluations, a summary at the end."""
        if self.run is not None and logs:
            self.run.log({name: value for name, value in logs.items() if name not in SKIPPED})

    def on_train_end(self, args: Any, state: Any, control: Any, **more: Any) -> None:
        """The run ends; the trainer calls no callback where an error ends the training, which the end of the script
        tells of."""
        if self.run is not None:
            self.run.close()

"""A Lightning callback: `Trainer(callbacks=[OpttuiCallback()])` records the training as a run.

Thin: the run is what `opttui.track` makes of the trainer's optimizers, and numbers are those that modules log. Importing
this needs `lightning` or `pytorch-lightning`.
"""

from typing import Any

import torch
from torch import Tensor

from opttui.tracking.installed import one_of
from opttui.tracking.run import Run
from opttui.tracking.start import track

LOSS = "loss"
SKIPPED = ("epoch", "step")
"""What Lightning adds to the numbers that modules log."""

_callbacks = one_of("lightning.pytorch.callbacks", "pytorch_lightning.callbacks", package="pytorch-lightning")


class OpttuiCallback(_callbacks.Callback):  # type: ignore[name-defined, misc]
    """Records each `fit` as a run; arguments are those of `opttui.track`."""

    def __init__(
        self, control: bool = False, name: str = "", title: str = "", norms_every: int | None = None
    ) -> None:
        super().__init__()
        self._given: dict[str, Any] = {
            "control": control,
            "name": name,
            "title": title,
            "norms_every": norms_every,
        }
        self.run: Run | None = None
        """Of the present or the last `fit`; None before."""
        self._told: dict[str, float] = {}
        self._told_in_steps: set[str] = set()
        """Names of what was logged at batches of the training."""
        self._losses: list[Tensor] = []
        """Of the batches since the last step."""
        self._step = 0

    def on_train_start(self, trainer: Any, pl_module: Any) -> None:
        """Track the trainer's optimizers."""
        schedulers = {
            id(config.scheduler.optimizer): config.scheduler for config in trainer.lr_scheduler_configs
        }
        optimizers = trainer.optimizers
        if not trainer.is_global_zero or not optimizers:
            return
        steps = trainer.estimated_stepping_batches if len(optimizers) == 1 else None
        self._step, self._losses = trainer.global_step, []
        self.run = track(
            optimizers if len(optimizers) > 1 else optimizers[0],
            [schedulers.get(id(each)) for each in optimizers],
            pl_module,
            steps=int(steps) if steps is not None and 0 < steps < float("inf") else None,
            **self._given,
        )

    def on_train_batch_end(
        self, trainer: Any, pl_module: Any, outputs: Any, batch: Any, batch_idx: int
    ) -> None:
        """The loss of the batch, and what was logged at it."""
        if self.run is None:
            return
        loss = outputs.get("loss") if isinstance(outputs, dict) else outputs
        if isinstance(loss, Tensor):
            # Lightning has divided it by the number of batches whose gradients are accumulated.
            self._losses.append(loss.detach() * trainer.accumulate_grad_batches)
        if self._losses and trainer.global_step != self._step and len(trainer.optimizers) == 1:
            self.run.log(loss=torch.stack(self._losses).mean())
            self._losses = []
        self._step = trainer.global_step
        if trainer.logged_metrics:
            self._told_in_steps.update(trainer.logged_metrics)
            self._tell(trainer.logged_metrics)
        if self.run.should_stop:
            trainer.should_stop = True

    def on_validation_end(self, trainer: Any, pl_module: Any) -> None:
        """What validation has found."""
        if self.run is not None and not trainer.sanity_checking:
            found = trainer.callback_metrics
            self._tell({name: value for name, value in found.items() if name not in self._told_in_steps})

    def on_exception(self, trainer: Any, pl_module: Any, exception: BaseException) -> None:
        """The run ends as the training does."""
        if self.run is not None:
            self.run.fail(exception)

    def on_train_end(self, trainer: Any, pl_module: Any) -> None:
        """The run ends."""
        if self.run is not None:
            self.run.close()

    def _tell(self, numbers: Any) -> None:
        """What is new; the loss under another name, since each step has its own already."""
        assert self.run is not None
        fresh = {}
        for name, value in numbers.items():
            if name in SKIPPED:
                continue
            known = self._told.get(name)
            if known is not value:
                self._told[name] = value
                fresh[f"logged {name}" if name == LOSS else name] = value
        if fresh:
            self.run.log(fresh)

"""What of some logs is to be watched: which metric is the loss, which runs, which metrics. Knows no file."""

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from opttui.sources.names import loss_of


@dataclass(frozen=True)
class Choice:
    """Made on the command line."""

    metric: str = ""
    """The metric that is the loss; empty: the one that is called so."""
    words: tuple[str, ...] = ()
    """Runs whose names hold all of these words and none that an exclamation mark stands before; or fit a pattern."""
    metrics: tuple[str, ...] = ()
    """Patterns of metrics that are kept; empty: all."""

    def takes_run(self, name: str) -> bool:
        """Whether a run of that name is watched."""
        return all(holds(word, name) for word in self.words)

    def takes_metric(self, name: str) -> bool:
        """Whether a metric is kept; the one that is the loss always is."""
        if not self.metrics or (self.metric and name.lower() == self.metric.lower()):
            return True
        return any(fits(pattern, name) for pattern in self.metrics)

    def loss_among(self, names: Sequence[str]) -> str | None:
        """Which of a run's metrics is the loss."""
        if not self.metric:
            return loss_of(names)
        exact = [name for name in names if name == self.metric]
        alike = [name for name in names if fits(self.metric, name)]
        return next(iter((*exact, *alike)), None)


def holds(word: str, name: str) -> bool:
    """Whether a name holds a word, or fits it where it is a pattern; `!word`: whether it does not."""
    if word[:1] == "!" and word[1:]:
        return not holds(word[1:], name)
    return fits(word, name) if any(sign in word for sign in "*?[") else word.lower() in name.lower()


def fits(pattern: str, name: str) -> bool:
    """Whether a whole name fits a pattern with * and ?, in any case."""
    return fnmatchcase(name.lower(), pattern.lower())

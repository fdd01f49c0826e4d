"""The initialisers of torch.nn.init by their names without the underscore, with the arguments of torch 2.13.

Knows no torch; a test compares it with torch's signatures.
"""

import msgspec

from opttui.scenario.arguments import REQUIRED, Argument, number, whole, word

NONLINEARITIES = (
    "linear",
    "conv1d",
    "conv2d",
    "conv3d",
    "conv_transpose1d",
    "conv_transpose2d",
    "conv_transpose3d",
    "sigmoid",
    "tanh",
    "relu",
    "leaky_relu",
    "selu",
)
GENERATOR = Argument("generator", None, "other", why_not="cannot be given: the scenario's seed decides")
MOST_DIMENSIONS = 64
"""More than a tensor can have."""
KEEP = "default"
"""The name that leaves a problem's matrices as they are: for a scale, or a rule for the biases, alone."""


class InitEntry(msgspec.Struct, frozen=True):
    """An initialiser that can be named."""

    name: str
    about: str
    """What it does, in one line."""
    arguments: tuple[Argument, ...] = ()
    """Every one but the tensor, in torch's order."""
    least: int = 0
    """The least number of dimensions of a tensor that it takes."""
    most: int = MOST_DIMENSIONS

    def complaint(self, dimensions: int) -> str:
        """Why it cannot fill a tensor of so many dimensions; empty when it can."""
        if self.least <= dimensions <= self.most:
            return ""
        wanted = (
            f"at least {self.least}"
            if self.most == MOST_DIMENSIONS
            else f"exactly {self.least}"
            if self.least == self.most
            else f"{self.least} to {self.most}"
        )
        return f"{self.name} takes {wanted} dimensions, and it has {dimensions}"


def _gain(default: float) -> Argument:
    return Argument("gain", default, "number or word", words=NONLINEARITIES)


_KAIMING = (
    number("a", 0),
    word("mode", "fan_in", "fan_in", "fan_out"),
    word("nonlinearity", "leaky_relu", *NONLINEARITIES),
    GENERATOR,
)

INITIALISERS: dict[str, InitEntry] = {
    entry.name: entry
    for entry in (
        InitEntry(
            "uniform",
            "Evenly between a and b.",
            (number("a", 0.0), number("b", 1.0), GENERATOR),
        ),
        InitEntry(
            "normal",
            "From a normal distribution of the given mean and standard deviation.",
            (number("mean", 0.0), number("std", 1.0, low=0), GENERATOR),
        ),
        InitEntry(
            "trunc_normal",
            "From a normal distribution, drawn again where it falls outside a and b.",
            (
                number("mean", 0.0),
                number("std", 1.0, low=0),
                number("a", -2.0),
                number("b", 2.0),
                GENERATOR,
            ),
        ),
        InitEntry("constant", "One value everywhere.", (number("val", REQUIRED),)),
        InitEntry("ones", "The number 1 everywhere."),
        InitEntry("zeros", "The number 0 everywhere: a network of such matrices learns nothing."),
        InitEntry("eye", "The identity, for matrices of exactly two dimensions.", least=2, most=2),
        InitEntry(
            "dirac",
            "Passes channels on as they are, for convolutions (three to five dimensions).",
            (whole("groups", 1),),
            least=3,
            most=5,
        ),
        InitEntry(
            "xavier_uniform",
            "Evenly within gain * sqrt(6 / (fan in + fan out)) of zero (Glorot and Bengio 2010).",
            (_gain(1.0), GENERATOR),
            least=2,
        ),
        InitEntry(
            "xavier_normal",
            "Normal of deviation gain * sqrt(2 / (fan in + fan out)) (Glorot and Bengio 2010).",
            (_gain(1.0), GENERATOR),
            least=2,
        ),
        InitEntry(
            "kaiming_uniform",
            "Evenly, with the variance that the nonlinearity keeps from layer to layer (He et al. 2015).",
            _KAIMING,
            least=2,
        ),
        InitEntry(
            "kaiming_normal",
            "Normal, with the variance that the nonlinearity keeps from layer to layer (He et al. 2015).",
            _KAIMING,
            least=2,
        ),
        InitEntry(
            "orthogonal",
            "A random orthogonal matrix times gain (Saxe et al. 2013).",
            (_gain(1), GENERATOR),
            least=2,
        ),
        InitEntry(
            "sparse",
            "Normal, with the fraction sparsity of each column set to zero; two dimensions (Martens 2010).",
            (number("sparsity", REQUIRED, low=0, high=1), number("std", 0.01, low=0), GENERATOR),
            least=2,
            most=2,
        ),
    )
}
"""By name."""

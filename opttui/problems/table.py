"""The problems by name: one line each."""

from collections.abc import Callable

from opttui.problems import (
    breast_cancer,
    deep_linear,
    diabetes,
    digits_autoencoder,
    digits_cnn,
    digits_factors,
    digits_mlp,
    image_factors,
    linear,
    noisy_quadratic,
    poisson_pinn,
    rosenbrock,
    text_skipgram,
    text_transformer,
)
from opttui.problems.problem import Problem, Setting

PROBLEMS: dict[str, Callable[[Setting], Problem]] = {
    "rosenbrock": rosenbrock.make,
    "linear": linear.make,
    "digits-mlp": digits_mlp.make,
    "digits-cnn": digits_cnn.make,
    "digits-autoencoder": digits_autoencoder.make,
    "digits-factors": digits_factors.make,
    "deep-linear": deep_linear.make,
    "diabetes": diabetes.make,
    "breast-cancer": breast_cancer.make,
    "image-factors": image_factors.make,
    "text-transformer": text_transformer.make,
    "text-skipgram": text_skipgram.make,
    "poisson-pinn": poisson_pinn.make,
    "noisy-quadratic": noisy_quadratic.make,
}

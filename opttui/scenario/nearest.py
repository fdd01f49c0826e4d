"""The right name nearest to a wrong one, for the end of an error's sentence. Knows no list of names."""

import difflib
from collections.abc import Iterable

OTHER_WORDS = {
    "learning_rate": "lr",
    "learningrate": "lr",
    "rate": "lr",
    "eta": "lr",
    "alpha": "lr",
    "wd": "weight_decay",
    "decay": "weight_decay",
    "l2": "weight_decay",
    "mom": "momentum",
    "beta": "betas",
    "beta1": "betas",
    "beta2": "betas",
    "epsilon": "eps",
    "tmax": "T_max",
    "t_mult": "T_mult",
    "epochs": "steps",
    "iterations": "steps",
    "optim": "optimizer",
    "schedulers": "schedules",
    "glorot": "xavier_uniform",
    "he": "kaiming_normal",
    "warmup_steps": "warmup",
    "cosine": "CosineAnnealingLR",
    "plateau": "ReduceLROnPlateau",
    "onecycle": "OneCycleLR",
    "mlp": "digits-mlp",
    "banana": "rosenbrock",
    "digits": "digits-mlp",
    "mnist": "digits-mlp",
    "cnn": "digits-cnn",
    "autoencoder": "digits-autoencoder",
    "linear-regression": "diabetes",
    "logistic": "breast-cancer",
    "logistic-regression": "breast-cancer",
    "factorization": "digits-factors",
    "factorisation": "digits-factors",
    "image": "image-factors",
    "transformer": "text-transformer",
    "gpt": "text-transformer",
    "skipgram": "text-skipgram",
    "word2vec": "text-skipgram",
    "pinn": "poisson-pinn",
    "poisson": "poisson-pinn",
    "quadratic": "noisy-quadratic",
}
"""What people also write, where spelling alone would not lead to the name."""


def nearest(wrong: str, names: Iterable[str]) -> str | None:
    """The name that was probably meant: other case, another word, a similar spelling; None when unclear."""
    known = list(names)
    by_lower = {name.lower(): name for name in reversed(known)}
    word = wrong.strip().lower()[:80]
    if word in by_lower:
        return by_lower[word]
    if (other := OTHER_WORDS.get(word)) in known:
        return other
    near = difflib.get_close_matches(word, by_lower, n=1, cutoff=0.6)
    return by_lower[near[0]] if near else None


def meant(wrong: str, names: Iterable[str]) -> str:
    """`did you mean X?`, or the names there are; the end of a sentence about a name that is not known."""
    known = list(names)
    near = nearest(wrong, known)
    if near is not None:
        return f"did you mean {near}?"
    return f"there {'is' if len(known) == 1 else 'are'} {', '.join(known)}" if known else "there are none"

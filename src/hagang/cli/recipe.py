"""What `hagang train` does where nothing is said. Plain constants, so that help can show them and stay quick.

`benchmarks/tables.py` measures them, over real tables. They were compared by scores of test parts, over several seeds.
"""

from __future__ import annotations

__all__ = [
    "ACTIVATION",
    "AVERAGE",
    "AVERAGE_FROM",
    "EPOCHS",
    "MANY_CATEGORIES",
    "OPTIMIZER",
    "OUT",
    "OUTPUT_START",
    "PATIENCE",
    "PRECISION",
    "SCHEDULE",
    "SEED",
    "SMALL",
    "TEST",
    "VALIDATION",
    "WEIGHT_DECAY",
    "hidden",
]

ACTIVATION = "relu"
OPTIMIZER = "adam"
WEIGHT_DECAY = 0.3
AVERAGE = 0.99
AVERAGE_FROM = 100
SCHEDULE = "Plateau(gamma=0.3, patience=3)"
EPOCHS = 500
PATIENCE = 12
VALIDATION = 0.15
TEST = 0.15
SEED = 0
PRECISION = "float32"
OUT = "model.safetensors"

MANY_CATEGORIES = 64
"""Different values beyond which a column of text becomes codes for an embedding, not a feature for each value."""

OUTPUT_START = "Gaussian(std=0.01)"
"""How the last layer's weights are drawn: outputs begin near zero, a standardised target's mean and equal chances.

Beside outputs drawn as the hidden layers (`benchmarks/tables.py` with `--init=he`), over 5 seeds: accuracies equal
or up to 0.9 points higher on each of eight small tables, log losses lower on four of them; root mean squares 6 %
and 2 % lower and 0.2 % higher on three.
"""

SMALL = 500
"""Training rows below which one layer did better than two."""


def hidden(rows: int) -> tuple[int, ...]:
    """The units of the hidden layers for so many training rows.

    Examples
    --------
    >>> hidden(200), hidden(50_000)
    ((100,), (256, 128))
    """
    return (100,) if rows < SMALL else (256, 128)

"""The table of losses: each with constants of its own, an output and a target away from its kinks."""

import numpy as np

from hagang.nn import (
    KL,
    BinaryCrossEntropy,
    BinaryFocal,
    CrossEntropy,
    Focal,
    GaussianNLL,
    HalfMeanSquared,
    Hinge,
    Huber,
    LogCosh,
    MeanAbsolute,
    MeanSquared,
    MultiHinge,
    Poisson,
    Quantile,
    ResidualSumOfSquares,
    SmoothL1,
)

ROWS = 5
OUTPUT = np.array([[0.3, -1.2, 2.0], [1.5, 0.4, -0.7], [-2.2, 0.1, 0.6], [0.0, -0.5, 1.1], [3.0, -3.5, 0.2]])
QUANTITIES = np.array([[0.1, 1.0, -2.0], [1.4, 0.9, 0.25], [-2.5, 0.0, 2.7], [1.2, -0.4, -1.0], [0.5, 2.5, 0.7]])
COUNTS = np.array([[0.0, 1.0, 2.0], [1.0, 0.0, 4.0], [3.0, 2.0, 1.0], [0.0, 0.0, 1.0], [7.0, 1.0, 2.0]])
SHARES = np.array([[0.0, 1.0, 0.25], [1.0, 1.0, 0.5], [0.0, 0.0, 1.0], [0.75, 0.1, 0.0], [1.0, 0.0, 0.5]])
DISTRIBUTIONS = np.array([[0.2, 0.3, 0.5], [1.0, 0.0, 0.0], [0.1, 0.8, 0.1], [0.0, 0.5, 0.5], [0.4, 0.3, 0.3]])
SIGNS = np.where(SHARES > 0.3, 1.0, -1.0)
CODES = np.array([0, 2, 1, 1, 0])
TWO_CODES = np.array([0, 1, 1, 0, 1])
ONE, MEAN_AND_SPREAD = OUTPUT[:, :1], np.hstack([OUTPUT, 0.5 * OUTPUT[:, ::-1]])

TABLE = [
    (ResidualSumOfSquares(), OUTPUT, QUANTITIES),
    (MeanSquared(), OUTPUT, QUANTITIES),
    (HalfMeanSquared(), OUTPUT, QUANTITIES),
    (MeanAbsolute(), OUTPUT, QUANTITIES),
    (Huber(), OUTPUT, QUANTITIES),
    (Huber(delta=0.25), OUTPUT, QUANTITIES),
    (SmoothL1(), OUTPUT, QUANTITIES),
    (SmoothL1(beta=0.4), OUTPUT, QUANTITIES),
    (LogCosh(), OUTPUT, QUANTITIES),
    (Quantile(), OUTPUT, QUANTITIES),
    (Quantile(q=0.9), OUTPUT, QUANTITIES),
    (Poisson(), OUTPUT, COUNTS),
    (GaussianNLL(), MEAN_AND_SPREAD, QUANTITIES),
    (CrossEntropy(), OUTPUT, CODES),
    (CrossEntropy(), OUTPUT, DISTRIBUTIONS),
    (CrossEntropy(label_smoothing=0.1), OUTPUT, CODES),
    (CrossEntropy(label_smoothing=0.3), OUTPUT, DISTRIBUTIONS),
    (BinaryCrossEntropy(), OUTPUT, SHARES),
    (BinaryCrossEntropy(), ONE, TWO_CODES),
    (BinaryCrossEntropy(label_smoothing=0.2), OUTPUT, SHARES),
    (KL(), OUTPUT, DISTRIBUTIONS),
    (Focal(), OUTPUT, CODES),
    (Focal(gamma=0.5), OUTPUT, CODES),
    (Focal(gamma=0.0), OUTPUT, CODES),
    (BinaryFocal(), OUTPUT, SHARES),
    (BinaryFocal(gamma=0.5, alpha=0.6), ONE, TWO_CODES),
    (Hinge(), OUTPUT, SIGNS),
    (Hinge(margin=0.2), ONE, TWO_CODES),
    (MultiHinge(), OUTPUT, CODES),
    (MultiHinge(margin=0.7, power=2), OUTPUT, CODES),
]
IDS = [f"{rule} of {output.shape[1]}, {target.dtype} {target.ndim}" for rule, output, target in TABLE]

"""The factors that PyTorch's schedules give in 200 steps, kept in schedules.json.

Run `python tests/oracle/make_schedules.py` where PyTorch can be imported; test_schedules.py compares.
"""

from __future__ import annotations

import json
import math
from pathlib import Path

STEPS, LR = 200, 0.5
STORED = Path(__file__).with_name("schedules.json")
LOSSES = [1 / (1 + 0.3 * k) if k < 12 else 0.2 + 0.02 * math.sin(k) for k in range(STEPS)]


def _factors(make) -> list[float]:
    import torch

    weights = torch.nn.Parameter(torch.zeros(1, dtype=torch.float64))
    optimiser = torch.optim.SGD([weights], lr=LR)
    schedule, told = make(torch.optim.lr_scheduler, optimiser), []
    for step in range(STEPS):
        told.append(optimiser.param_groups[0]["lr"] / LR)
        optimiser.step()
        if isinstance(schedule, torch.optim.lr_scheduler.ReduceLROnPlateau):
            schedule.step(LOSSES[step])
        elif step < STEPS - 1:
            schedule.step()
    return told


def _warm_cosine(s, o):
    parts = [s.LinearLR(o, 0.1, 1.0, 20), s.CosineAnnealingLR(o, 180)]
    return s.SequentialLR(o, parts, [20])


def _product(s, o):
    return s.ChainedScheduler([s.ExponentialLR(o, 0.99), s.StepLR(o, 50, 0.5)], o)


PEERS = {
    "constant": lambda s, o: s.ConstantLR(o, factor=1.0, total_iters=1),
    "joined constants": lambda s, o: s.ConstantLR(o, factor=0.25, total_iters=30),
    "linear": lambda s, o: s.LinearLR(o, 0.2, 0.9, 150),
    "step": lambda s, o: s.StepLR(o, 30, 0.3),
    "multi-step": lambda s, o: s.MultiStepLR(o, [20, 90, 91], 0.2),
    "exponential": lambda s, o: s.ExponentialLR(o, 0.97),
    "polynomial": lambda s, o: s.PolynomialLR(o, 160, 2.5),
    "inverse time": lambda s, o: s.LambdaLR(o, lambda k: 1 / (1 + 0.05 * k)),
    "cosine": lambda s, o: s.CosineAnnealingLR(o, STEPS, eta_min=0.01 * LR),
    "cosine restarts": lambda s, o: s.CosineAnnealingWarmRestarts(o, 10, 1, eta_min=0.05 * LR),
    "longer restarts": lambda s, o: s.CosineAnnealingWarmRestarts(o, 7, 2),
    "one-cycle cosine": lambda s, o: s.OneCycleLR(o, LR, STEPS, cycle_momentum=False),
    "one-cycle linear": lambda s, o: s.OneCycleLR(
        o,
        LR,
        STEPS,
        pct_start=0.42,
        anneal_strategy="linear",
        div_factor=10,
        final_div_factor=100,
        cycle_momentum=False,
    ),
    "one-cycle three phases": lambda s, o: s.OneCycleLR(
        o, LR, STEPS, pct_start=0.33, three_phase=True, cycle_momentum=False
    ),
    "triangular": lambda s, o: s.CyclicLR(o, 0.1 * LR, LR, 15, 25, cycle_momentum=False),
    "triangular2": lambda s, o: s.CyclicLR(o, 0.2 * LR, LR, 11, mode="triangular2", cycle_momentum=False),
    "exp_range": lambda s, o: s.CyclicLR(o, 0.1 * LR, LR, 20, mode="exp_range", gamma=0.99, cycle_momentum=False),
    "plateau": lambda s, o: s.ReduceLROnPlateau(o, factor=0.5, patience=3, cooldown=2, min_lr=0.01 * LR),
    "plateau of scores": lambda s, o: s.ReduceLROnPlateau(
        o, "max", factor=0.3, patience=5, threshold=0.01, threshold_mode="abs", eps=1e-8 * LR
    ),
    "warm-up": _warm_cosine,
    "product": _product,
}


def sequence(name: str) -> list[float]:
    """PyTorch's 200 factors."""
    return _factors(PEERS[name])


def digest(factors: list[float]) -> dict[str, object]:
    """Every tenth factor, and two sums that hold all of them."""
    return {
        "tenths": factors[::10],
        "sum": math.fsum(factors),
        "weighted sum": math.fsum(k * factor for k, factor in enumerate(factors)),
    }


if __name__ == "__main__":
    told = {name: digest(sequence(name)) for name in PEERS}
    STORED.write_text(json.dumps(told, indent=0).replace("\n", "").replace("}, ", "},\n") + "\n")

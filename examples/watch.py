"""A listener that draws the validation loss of every epoch and stops the run when it is low enough.

Run it with `python examples/watch.py`.
"""

import hagang as hg
from hagang.data import prepare


class LossBars:
    """Prints one bar per epoch, and stops when the loss is low."""

    def on_epoch_end(self, record):
        print(f"{record.epoch:3}  {'#' * round(30 * record.validation_loss)}  {record.validation_loss:.3f}")
        if record.validation_loss < 0.15:
            reason = "the validation loss is low enough"
            raise StopIteration(reason)


network = hg.Network([hg.Dense(50, "relu"), hg.Dense(10)])
run = hg.fit(network, prepare("digits"), epochs=30, listeners=[LossBars()])
print(f"stopped by {run.stopped_by}")

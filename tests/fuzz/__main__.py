"""`python -m tests.fuzz N [FORMAT …]`: N damaged files of each format, and a line of figures for each."""

import sys

from tests.fuzz.campaign import campaign
from tests.fuzz.formats import FORMATS

for name in sys.argv[2:] or FORMATS:
    counts, others = campaign(name, int(sys.argv[1]))
    print(f"{name}: {counts.total():,} tried, {counts['refused']:,} refused in words, {counts['read']:,} read", end="")
    print(f", {counts['other']:,} others", *others[:8], sep="\n  ", flush=True)

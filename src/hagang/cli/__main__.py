"""`python -m hagang.cli` does what `hagang` does."""

import sys

from hagang.cli.main import main

if __name__ == "__main__":
    sys.exit(main())

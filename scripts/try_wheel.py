"""Try an installed wheel from outside the source tree: train on digits, then predict with the saved model."""

import csv
import os
import subprocess
import sys
import tempfile
from pathlib import Path


def main() -> None:
    """Run the commands in an empty folder; any failure ends the script."""
    with tempfile.TemporaryDirectory() as folder:
        hagang(folder, "train", "digits", "--epochs", "20", "--out", "digits.safetensors")
        hagang(folder, "predict", "digits.safetensors", "digits", "--out", "predictions.csv")
        with (Path(folder) / "predictions.csv").open(encoding="utf-8", newline="") as file:
            rows = sum(1 for _ in csv.DictReader(file))
    if rows != 1797:
        sys.exit(f"expected 1797 predictions, received {rows}")
    print(f"{rows} predictions")


def hagang(folder: str, *arguments: str) -> None:
    """One command, as a user types it."""
    command = [sys.executable, "-m", "hagang", *arguments]
    subprocess.run(command, cwd=folder, check=True, env={**os.environ, "PYTHONUTF8": "1"})


if __name__ == "__main__":
    main()

"""Sources that are several files: a pattern, or a folder."""

from __future__ import annotations

from pathlib import Path

__all__ = ["files_of"]

SUFFIXES = (".csv", ".tsv", ".txt", ".csv.gz", ".tsv.gz", ".txt.gz", ".parquet", ".arrow", ".feather")


def files_of(source: str | Path) -> list[Path]:
    """The files that a source names, in the order of their names: itself, those of a pattern, or a folder's tables.

    A path that is there is never taken for a pattern.
    """
    path = Path(source).expanduser()
    if path.is_dir():
        return sorted(file for file in path.iterdir() if file.is_file() and file.name.lower().endswith(SUFFIXES))
    if path.exists() or not set("*?[") & set(str(source)):
        return [path]
    root = Path(path.anchor) if path.is_absolute() else Path()
    return sorted(file for file in root.glob(str(path.relative_to(path.anchor))) if file.is_file())

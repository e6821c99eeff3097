"""Arrow and Feather files, read by pyarrow, and trusted only when every buffer was checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hagang.data.frames import read_frame
from hagang.data.values import NO_HINTS
from hagang.errors import FileFormatError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from hagang.data.columns import Table
    from hagang.data.hints import Hints

__all__ = ["arrow_to_parquet", "read_arrow"]

MOST_BATCHES = 1 << 20


def read_arrow(path: Path, hints: Hints = NO_HINTS) -> Table:
    """Read an Arrow or Feather file.

    Raises
    ------
    FileFormatError
        When pyarrow is not there, or the file is damaged.
    DataError
        As `read_frame`.

    Notes
    -----
    pyarrow believes what a file says of itself; "Table.validate(full=True)" is what its manual asks of those who read
    files that others wrote.
    """
    pyarrow = _pyarrow(path)
    batches = list(_batches(path, pyarrow))
    if not batches:
        text = f"{path} holds no rows; expected at least one."
        raise FileFormatError(text)
    try:
        return read_frame(pyarrow.Table.from_batches(batches), hints)
    except (pyarrow.ArrowException, OverflowError, UnicodeDecodeError) as error:
        raise _damaged(path, error) from error


def arrow_to_parquet(path: Path, to: Path) -> None:
    """Copy an Arrow file to a Parquet file, a batch at a time.

    Raises
    ------
    FileFormatError
        As `read_arrow`.
    """
    pyarrow = _pyarrow(path)
    from pyarrow import parquet

    writer = None
    try:
        for batch in _batches(path, pyarrow):
            writer = writer or parquet.ParquetWriter(str(to), batch.schema)
            writer.write_batch(batch)
    except pyarrow.ArrowException as error:
        raise _damaged(path, error) from error
    finally:
        if writer is not None:
            writer.close()
    if writer is None:
        text = f"{path} holds no rows; expected at least one."
        raise FileFormatError(text)


def _pyarrow(path: Path) -> Any:
    try:
        import pyarrow
    except ImportError as error:
        text = f"{path} is an Arrow file, which pyarrow reads; install it with: pip install pyarrow"
        raise FileFormatError(text) from error
    return pyarrow


def _batches(path: Path, pyarrow: Any) -> Iterator[Any]:
    """The batches of a file, each checked whole before anything is done with it."""
    from pyarrow import ipc

    size = path.stat().st_size
    try:
        with pyarrow.OSFile(str(path)) as file:
            reader = ipc.open_file(file)
            if reader.num_record_batches > min(MOST_BATCHES, size):
                raise _damaged(path, ValueError(f"{reader.num_record_batches:,} batches"))
            for k in range(reader.num_record_batches):
                batch = reader.get_batch(k)
                _check_rows(path, batch, size)
                batch.validate(full=True)
                yield batch
    except (pyarrow.ArrowException, OSError, OverflowError, MemoryError, UnicodeDecodeError, ValueError) as error:
        if isinstance(error, FileFormatError):
            raise
        raise _damaged(path, error) from error


def _check_rows(path: Path, batch: Any, size: int) -> None:
    """Refuse more rows than a file of this size can hold: a bit each, compressed a thousand times."""
    if batch.num_rows < 0 or batch.num_rows > 8000 * size:
        raise _damaged(path, ValueError(f"a batch of {batch.num_rows:,} rows"))


def _damaged(path: Path, error: Exception) -> FileFormatError:
    reason = (str(error).splitlines() or [type(error).__name__])[0]
    return FileFormatError(f"{path} is a damaged Arrow file ({reason}); write or fetch it again.")

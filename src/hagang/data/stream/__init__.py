"""Data larger than memory: converted once to a compact form on disk, then read a block at a time."""

from hagang.data.stream.rows import StreamedRows as StreamedRows
from hagang.data.stream.settings import Streaming as Streaming

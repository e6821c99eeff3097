"""From inputs as they were read to the numbers a network sees: fitted once, frozen, saved with the model."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.data.columns import Table
from hagang.data.encoder import Encoder
from hagang.data.encoders import CategoryEncoder, CodeEncoder, NumberEncoder, PresenceEncoder, encoder_from_json
from hagang.data.findings import Finding
from hagang.data.fitting import DROPPED, SCALES, LeftOut, fit_column
from hagang.data.text import count, did_you_mean, listing
from hagang.errors import ArgumentError, DataError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from hagang.data.columns import Inputs

__all__ = ["ColumnFeatures", "scales_of"]


@dataclass(frozen=True)
class ColumnFeatures:
    """How a table's columns become features.

    Parameters
    ----------
    encoders
        One for each column that is used, in the table's order; those of codes for an embedding last.
    left_out
        The columns that are not, and why.
    scale
        How numbers were scaled where nothing else was asked of a column.
    """

    encoders: tuple[Encoder, ...]
    left_out: tuple[LeftOut, ...] = ()
    scale: str = "standard"

    affine = (1.0, 0.0)
    """Scale and shift that a network still has to apply to the matrix: none."""

    @classmethod
    def fit(
        cls, table: Table, *, scale: str | Mapping[str, str] = "standard", embed: int | None = None
    ) -> ColumnFeatures:
        """Decide and fit what becomes of each column.

        Parameters
        ----------
        table
            The training part.
        scale
            What is done to numbers: ``"standard"`` (mean 0, standard deviation 1, and less where a value would
            come out beyond 5), ``"minmax"`` (0 to 1), ``"none"``.

        Raises
        ------
        ArgumentError
            When `scale` is none of these.
        DataError
            When no column is of any use.
        """
        scales = scales_of(scale, table.names)
        fitted = [fit_column(column, scales[column.name], embed=embed) for column in table.columns]
        if not any(isinstance(item, Encoder) for item in fitted):
            fitted = [fit_column(c, scales[c.name], identifiers=True, embed=embed) for c in table.columns]
        encoders = tuple(sorted((e for e in fitted if isinstance(e, Encoder)), key=_is_code))
        left_out = tuple(item for item in fitted if isinstance(item, LeftOut))
        if not encoders:
            why = "; ".join(f"{item.name!r} {item.reason}" for item in left_out[:6]) or "there are no columns"
            text = f"no column can be trained on: {why}. Expected a column of numbers or categories that varies."
            raise DataError(text)
        return cls(encoders, left_out, scales[""])

    @cached_property
    def inputs(self) -> tuple[str, ...]:
        """The columns that are needed."""
        return tuple(encoder.name for encoder in self.encoders)

    @cached_property
    def known(self) -> tuple[str, ...]:
        """Every column there was at training, the target's aside: those that are used, then those that are not."""
        return (*self.inputs, *(item.name for item in self.left_out))

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The features' names."""
        return tuple(name for encoder in self.encoders for name in encoder.outputs)

    @property
    def width(self) -> int:
        """The number of features."""
        return len(self.names)

    @cached_property
    def codes(self) -> tuple[int, ...]:
        """How many codes each of the last features has, where these are codes for an embedding."""
        return tuple(encoder.size for encoder in self.encoders if isinstance(encoder, CodeEncoder))

    def transform(self, table: Inputs) -> NDArray[np.float32]:
        """Return the features of a table's rows, shape (n, width), float32.

        Raises
        ------
        DataError
            When a column is missing, or holds text where there were numbers at training.
        """
        table = _as_table(table)
        self._check(table)
        out = np.zeros((len(table), self.width), np.float32)
        start = 0
        for encoder in self.encoders:
            stop = start + len(encoder.outputs)
            encoder.write(table[encoder.name], out[:, start:stop])
            start = stop
        return out

    def notice(self, table: Inputs) -> list[Finding]:
        """Say what is new in a table beside the training part: more columns, new values, missing ones."""
        table = _as_table(table)
        extra = [name for name in table.names if name not in self.known]
        findings = [Finding("extra", f"columns not there at training are ignored: {listing(extra)}")] if extra else []
        for encoder in self.encoders:
            if encoder.name in table:
                findings += _news(encoder, table)
        return findings

    @property
    def findings(self) -> list[Finding]:
        """What was decided about the columns, as far as a person should know it."""
        dropped = [
            Finding("dropped", f"{o.name!r} {o.reason}: left out", o.name) for o in self.left_out if o.reason != DROPPED
        ]
        alone = [finding for encoder in self.encoders for finding in _decisions(encoder)]
        return dropped + alone + _together(self.encoders)

    def describe(self) -> str:
        """Say what becomes of each column, one a line."""
        lines = [f"{encoder.name}: {encoder.describe()}" for encoder in self.encoders]
        return "\n".join(lines + [f"{item.name}: left out, {item.reason}" for item in self.left_out])

    def to_json(self) -> dict[str, Any]:
        """Return a description for `features_from_json`; numbers come back to the last bit."""
        return {
            "kind": "columns",
            "scale": self.scale,
            "encoders": [encoder.to_json() for encoder in self.encoders],
            "left_out": [[item.name, item.reason] for item in self.left_out],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> ColumnFeatures:
        """Return what `to_json` described."""
        encoders = tuple(encoder_from_json(item) for item in data["encoders"])
        return cls(encoders, tuple(LeftOut(*item) for item in data["left_out"]), data["scale"])

    def _check(self, table: Table) -> None:
        absent = [name for name in self.inputs if name not in table]
        if absent:
            text = (
                f"{count(len(absent), 'column is', 'columns are')} missing that the model was trained on: "
                f"{listing(absent)}; the data has {listing(table.names)}. "
                f"Add them (empty values count as missing)."
                f"{did_you_mean(absent[0], table.names)}"
            )
            raise DataError(text)


def _is_code(encoder: Encoder) -> bool:
    return isinstance(encoder, CodeEncoder)


def scales_of(scale: str | Mapping[str, str], names: Sequence[str]) -> dict[str, str]:
    """What is done to the numbers of each column, and in general, under "".

    Raises
    ------
    ArgumentError
        When it is something else than `ColumnFeatures.fit` knows, or is for a column that is not there.
    """
    own = {"": scale} if isinstance(scale, str) else scale
    for name, how in own.items():
        if how not in SCALES:
            text = f"scale must be one of {listing(SCALES)}. Received {how!r}."
            raise ArgumentError(text)
        if name and name not in names:
            near = did_you_mean(name, names)
            text = f"scale names a column {name!r} that is not among the inputs: {listing(names)}.{near}"
            raise ArgumentError(text)
    general = own.get("", "standard")
    return {"": general} | {name: own.get(name, general) for name in names}


def _as_table(inputs: Inputs) -> Table:
    if isinstance(inputs, Table):
        return inputs
    text = f"the model was trained on columns, but these are images of shape {inputs.shape}; expected a table."
    raise DataError(text)


def _decisions(encoder: Encoder) -> list[Finding]:
    if isinstance(encoder, PresenceEncoder):
        text = f"{encoder.name!r} differs in nearly every row: only whether it is missing is kept"
        return [Finding("dropped", text, encoder.name)]
    if isinstance(encoder, NumberEncoder) and encoder.strays:
        text = f"{encoder.name!r} is numbers, but for {listing(encoder.strays, 4)}: counted as missing"
        return [Finding("missing", text, encoder.name)]
    return []


def _together(encoders: tuple[Encoder, ...]) -> list[Finding]:
    """What was done to several columns alike, in one finding each."""
    numbers = [encoder for encoder in encoders if isinstance(encoder, NumberEncoder)]
    filled = {encoder.name: encoder.missing for encoder in numbers if encoder.missing}
    cut = {encoder.name: encoder.cut for encoder in numbers if encoder.cut}
    joined = {e.name: len(e.values) for e in encoders if isinstance(e, CategoryEncoder) and e.other}
    findings = []
    if joined:
        text = f"rare categories are joined to one, these being kept: {_counts(joined, 'value')}"
        findings.append(Finding("category", text))
    if filled:
        text = f"missing numbers become the median, and a feature says so: {_counts(filled, 'row')}"
        findings.append(Finding("missing", text))
    if cut:
        findings.append(Finding("extreme", f"extreme values are cut at the column's bounds: {_counts(cut, 'row')}"))
    return findings


def _counts(counts: dict[str, int], thing: str, limit: int = 6) -> str:
    most = sorted(counts, key=lambda name: -counts[name])
    more = f" and {len(counts) - limit} more columns" if len(counts) > limit else ""
    return ", ".join(f"{name!r} ({count(counts[name], thing)})" for name in most[:limit]) + more


def _news(encoder: Encoder, table: Table) -> list[Finding]:
    column = table[encoder.name]
    findings = []
    if isinstance(encoder, CategoryEncoder) and not encoder.other and (unseen := encoder.unseen(column)):
        text = f"{encoder.name!r} has values not there at training: {listing(unseen, 4)}"
        findings.append(Finding("category", text, encoder.name))
    marked = any(name == f"{encoder.name} missing" for name in encoder.outputs)
    if not marked and column.missing.any():
        rows = count(int(column.missing.sum()), "row")
        findings.append(Finding("missing", f"{encoder.name!r} is missing in {rows}, never at training", encoder.name))
    return findings

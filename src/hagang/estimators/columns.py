"""Frames with categories or missing values, as numbers: by the types of their columns, with scikit-learn's encoders."""

from __future__ import annotations

from typing import Any

__all__ = ["column_encoder", "is_frame"]


def is_frame(X: Any) -> bool:
    """Whether X is a table of named columns, each of its own type."""
    return hasattr(X, "columns") and hasattr(X, "__len__") and not hasattr(X, "toarray")


def column_encoder(X: Any, missing: str) -> Any:
    """What turns a frame into numbers, unfitted; None where it is numbers already.

    A column of text, categories or booleans becomes a column of 0 and 1 for each value, a missing value being one of
    them and one not seen in training none. Where `missing` is "indicate", gaps among numbers get the column's median,
    and a column of 0 and 1 tells where they were.
    """
    numbers, others = _by_type(X)
    if not others and missing == "error":
        return None
    from sklearn.compose import ColumnTransformer
    from sklearn.impute import SimpleImputer
    from sklearn.preprocessing import OneHotEncoder

    imputer = SimpleImputer(strategy="median", add_indicator=True, keep_empty_features=True)
    parts = [
        ("numbers", imputer if missing == "indicate" else "passthrough", numbers),
        ("others", OneHotEncoder(handle_unknown="ignore", sparse_output=False), others),
    ]
    return ColumnTransformer(parts)


def _by_type(X: Any) -> tuple[list[str], list[str]]:
    """The names of the columns of numbers, and of the others."""
    numbers: list[str] = []
    others: list[str] = []
    for name in X.columns:
        kind = X[name].dtype
        numeric = kind.is_numeric() if hasattr(kind, "is_numeric") else getattr(kind, "kind", "O") in "fiu"
        (numbers if numeric else others).append(name)
    return numbers, others

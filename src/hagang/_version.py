"""The version of what is installed."""

from __future__ import annotations

__all__ = ["installed_version"]


def installed_version(package: str = "hagang") -> str:
    """The version of an installed package; "unknown" where it runs from a source tree that was never installed."""
    from importlib.metadata import PackageNotFoundError, version  # takes a twentieth of a second

    try:
        return version(package)
    except PackageNotFoundError:
        return "unknown"

"""What may go wrong with a modeloid's directory, said in one line."""

from __future__ import annotations

from pathlib import Path

from modeloid.cycle.errors import ModeloidError


class DirectoryError(ModeloidError):
    """There is no modeloid, or already something else, at a place."""


class MconfigError(ModeloidError):
    """An mconfig lacks one of the contract's names, or gives one a value that it cannot have."""


class NotPlainError(ModeloidError):
    """An mconfig holds more than a docstring, one import of an installed model's `load_model` and literals.

    Parameters
    ----------
    path
        The mconfig.
    line
        The first line that is not plain, from 1; 0 where the file as a whole is not.
    reason
        What it holds there.
    """

    def __init__(self, path: Path, line: int, reason: str) -> None:
        self.line, self.reason = line, reason
        super().__init__(f"is not plain: {reason}", f"{path}:{line}" if line else path)


class NotTrustedError(ModeloidError):
    """An mconfig is code, and nobody said that this code may run."""

    def __init__(self, directory: Path, plain: NotPlainError) -> None:
        path = directory / "mconfig.py"
        super().__init__(
            f"is code that nobody trusted yet ({plain.reason}), so it was not run",
            f"{path}:{plain.line}" if plain.line else path,
            f"Read it and what lies beside it; then `modeloid trust {directory}`, or `--trust` for this once",
        )


class ShadowedError(ModeloidError):
    """A module would come from somewhere else than from the distribution that offers it."""


class TrustError(ModeloidError):
    """The file of trusted digests cannot be used, or a directory is too large to be trusted."""

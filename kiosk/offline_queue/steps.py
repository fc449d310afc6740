"""The named steps between which a process may die. Nothing happens there; tests put something in their place."""

from __future__ import annotations

STEPS: tuple[str, ...] = (
    "put.begin",
    "put.files_named",
    "put.before_commit",
    "put.committed",
    "put.erased",
    "claim.committed",
    "sending.before_commit",
    "sending.committed",
    "upload.before",
    "upload.part",
    "upload.after",
    "post.before",
    "post.answered",
    "accepted.before_commit",
    "accepted.committed",
    "accepted.erased",
    "settle.before_commit",
    "settle.committed",
    "cancel.before_commit",
    "cancel.committed",
    "purge.before_commit",
    "purge.committed",
    "erase.key",
    "erase.files",
    "erase.noted",
    "checkpoint.before",
    "checkpoint.after",
    "backup.before",
    "backup.copied",
    "backup.named",
    "migration.before",
    "migration.backed_up",
    "migration.before_commit",
    "migration.committed",
    "recover.before",
    "recover.set_aside",
    "recover.restored",
    "recover.noted",
)
"""Every step that there is."""


def at(step: str) -> None:
    """Pass ``step``, one of ``STEPS``. The crash tests replace this function to stop or kill their process here."""

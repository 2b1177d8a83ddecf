"""Every row that was received is accounted for, or the run ends without STATE."""

from __future__ import annotations

from dataclasses import dataclass, fields

from target_ecommerce.errors import ConservationError


@dataclass
class Counts:
    """What became of the rows of a stream since the last checkpoint.

    Attributes:
        received: Records that the tap sent.
        rejected: Records with a value that no column can have.
        staged: Rows in the stage tables, as the warehouse counts them.
        inserted: New rows.
        updated: Changed rows.
        unchanged: Rows that the table already had with the same values.
        superseded: Rows older than another row of the same key, in the stage or in the table.
        deleted: Rows that ACTIVATE_VERSION deleted, or marked as deleted.
    """

    received: int = 0
    rejected: int = 0
    staged: int = 0
    inserted: int = 0
    updated: int = 0
    unchanged: int = 0
    superseded: int = 0
    deleted: int = 0

    def add(self, other: Counts) -> None:
        """Add the counts of a part."""
        for field in fields(self):
            total = getattr(self, field.name) + getattr(other, field.name)
            setattr(self, field.name, total)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was received and nothing deleted."""
        return not (self.received or self.deleted)


def check(stream: str, counts: Counts) -> None:
    """Check that each received row was rejected or staged, and each staged row merged.

    Raises:
        ConservationError: If a row is missing, or counted twice.
    """
    merged = counts.inserted + counts.updated + counts.unchanged + counts.superseded
    if counts.received == counts.staged + counts.rejected and counts.staged == merged:
        return
    raise ConservationError(
        f"Stream {stream!r}: {counts.received} rows received, {counts.rejected} rejected,"
        f" {counts.staged} staged; {counts.inserted} inserted, {counts.updated} updated,"
        f" {counts.unchanged} unchanged, {counts.superseded} superseded. The sums differ, so"
        " nothing of this checkpoint was committed and no STATE was written. Run the job again;"
        " if the error stays, report it with these counts."
    )

"""A document says who wrote it, so that each index that is built of it can say so too."""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

WRITTEN = """
update forebay.documents d set written_by = p.written_by
from forebay.placements p
where p.document_id = d.id and p.source_generation = d.generation and p.written_by <> ''
"""
BUILT = """
update forebay.placements p set written_by = d.written_by
from forebay.documents d
where p.document_id = d.id and p.source_generation = d.generation and p.written_by = ''
"""


def upgrade() -> None:
    """Make the column, and fill it from the index that the document was written to."""
    op.execute("alter table forebay.documents add column written_by text not null default ''")
    op.execute(WRITTEN)
    op.execute(BUILT)


def downgrade() -> None:
    """Drop the column; placements keep what they say."""
    op.execute("alter table forebay.documents drop column written_by")

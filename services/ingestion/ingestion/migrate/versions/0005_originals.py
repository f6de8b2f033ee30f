"""Originals are found by who refers to them, so that those that nobody refers to can go."""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the indexes."""
    op.execute("create index documents_original on forebay.documents (tenant, sha256)")
    op.execute("create index quarantine_original on forebay.quarantine (sha256)")


def downgrade() -> None:
    """Drop them."""
    op.execute("drop index forebay.quarantine_original")
    op.execute("drop index forebay.documents_original")

"""Records of erasures are listed by tenant and corpus, the newest first."""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the index."""
    op.execute("create index erasures_listed on forebay.erasures (tenant, corpus, asked_at desc, id desc)")


def downgrade() -> None:
    """Drop it."""
    op.execute("drop index forebay.erasures_listed")

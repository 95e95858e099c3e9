"""Indexes that stay quick with a million messages: what needs a person, and whose a receipt is."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_ATTENTION = "status IN ('pending', 'sending', 'held', 'uncertain', 'failed')"


def upgrade() -> None:
    op.drop_index("ix_message_attention", table_name="message")
    op.create_index(
        "ix_message_attention",
        "message",
        ["status", "phone_id", "id"],
        unique=False,
        sqlite_where=sa.text(_ATTENTION),
    )
    op.drop_index("ix_receipt_message_id", table_name="receipt")
    op.create_index(
        "ix_receipt_message_id",
        "receipt",
        ["message_id"],
        unique=False,
        sqlite_where=sa.text("message_id IS NOT NULL"),
    )

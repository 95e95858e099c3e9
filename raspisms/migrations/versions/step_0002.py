"""Batches: ids of a call that are not mapped to a message yet; times that a person chose."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column(
        "message", sa.Column("scheduled", sa.Boolean(), server_default=sa.text("0"), nullable=False)
    )
    op.execute("UPDATE message SET scheduled = 1 WHERE status = 'pending' AND due_at > created_at")
    op.add_column("message", sa.Column("batch_limit", sa.Integer(), nullable=True))
    op.create_index(
        "ix_message_call_tag",
        "message",
        ["call_tag"],
        unique=False,
        sqlite_where=sa.text("call_tag IS NOT NULL"),
    )
    op.add_column("phone", sa.Column("clock_off", sa.Integer(), nullable=True))
    op.create_table(
        "unmapped_id",
        sa.Column("service", sa.String(length=120), nullable=False),
        sa.Column("provider_uid", sa.String(length=64), nullable=False),
        sa.Column("phone_id", sa.Integer(), nullable=False),
        sa.Column("call_tag", sa.String(length=20), nullable=False),
        sa.Column("sent_at", sa.DateTime(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=False),
        sa.Column("said_at", sa.DateTime(), nullable=True),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["phone_id"], ["phone.id"], name=op.f("fk_unmapped_id_phone_id")),
        sa.PrimaryKeyConstraint("service", "provider_uid", name=op.f("pk_unmapped_id")),
    )
    op.create_index(
        "ix_unmapped_id_call_tag", "unmapped_id", ["call_tag", "state", "reason"], unique=False
    )
    op.create_index(
        "ix_unmapped_id_open",
        "unmapped_id",
        ["phone_id", "sent_at"],
        unique=False,
        sqlite_where=sa.text("is_open = 1"),
    )

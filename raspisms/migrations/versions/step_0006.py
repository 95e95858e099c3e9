"""Accounts at providers, last faults of phones, set-ups, flash messages, credits used."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    for table in ("message", "campaign"):
        op.add_column(
            table, sa.Column("flash", sa.Boolean(), server_default=sa.text("0"), nullable=False)
        )
    op.create_index(
        "ix_message_spent",
        "message",
        ["phone_id", "direction", "sent_at", "credits", "segments"],
        unique=False,
        sqlite_where=sa.text("direction = 'out' AND sent_at IS NOT NULL"),
    )
    op.create_table(
        "provider_account",
        sa.Column("service", sa.String(length=120), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=True),
        sa.Column("credits", sa.Float(), nullable=True),
        sa.Column("status_url", sa.String(length=2000), nullable=True),
        sa.Column("reply_url", sa.String(length=2000), nullable=True),
        sa.Column("reply_is_used", sa.Boolean(), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=True),
        sa.Column("set_at", sa.DateTime(), nullable=True),
        sa.Column("called_at", sa.DateTime(), nullable=True),
        sa.Column("reply_called_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("service", name=op.f("pk_provider_account")),
    )
    op.create_table(
        "phone_fault",
        sa.Column("phone_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(length=16), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.Column("query_id", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(
            ["phone_id"], ["phone.id"], name=op.f("fk_phone_fault_phone_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("phone_id", "part", name=op.f("pk_phone_fault")),
    )
    op.create_table(
        "phone_setup",
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_phone_setup_member_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_phone_setup")),
    )

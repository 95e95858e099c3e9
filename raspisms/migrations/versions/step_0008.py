"""Campaigns that are paused, repeated, compared; drafts of them; limits of phones."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.add_column(
        "push_subscription",
        sa.Column("alerts", sa.Boolean(), nullable=False, server_default=sa.text("1")),
    )
    op.create_table(
        "alert_notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subscription_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("attempt_at", sa.DateTime(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["subscription_id"],
            ["push_subscription.id"],
            name=op.f("fk_alert_notice_subscription_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_notice")),
    )
    op.create_index("uq_alert_notice", "alert_notice", ["subscription_id", "key"], unique=True)
    op.create_table(
        "phone_limit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("phone_id", sa.Integer(), nullable=False),
        sa.Column("volume", sa.Integer(), nullable=False),
        sa.Column("startpoint", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(
            ["phone_id"], ["phone.id"], name=op.f("fk_phone_limit_phone_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phone_limit")),
    )
    op.create_index(op.f("ix_phone_limit_phone_id"), "phone_limit", ["phone_id"])
    op.create_table(
        "plan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("phone_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("tag", sa.String(length=60), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("schedule", sa.JSON(), nullable=False),
        sa.Column("fixed", sa.Boolean(), nullable=False),
        sa.Column("missed", sa.String(length=8), nullable=False),
        sa.Column("next_at", sa.DateTime(), nullable=True),
        sa.Column("last_at", sa.DateTime(), nullable=True),
        sa.Column("problem", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("paused_at", sa.DateTime(), nullable=True),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_plan_member_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["phone_id"], ["phone.id"], name=op.f("fk_plan_phone_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan")),
    )
    op.create_index(
        "ix_plan_next_at", "plan", ["next_at"], sqlite_where=sa.text("next_at IS NOT NULL")
    )
    op.create_table(
        "plan_person",
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["plan.id"], name=op.f("fk_plan_person_plan_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("plan_id", "number", name=op.f("pk_plan_person")),
    )
    op.create_index("ix_plan_person_number", "plan_person", ["number"])
    op.create_table(
        "campaign_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("phone_id", sa.Integer(), nullable=True),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=True),
        sa.Column("plan_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["campaign_id"],
            ["campaign.id"],
            name=op.f("fk_campaign_draft_campaign_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["member.id"],
            name=op.f("fk_campaign_draft_member_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["phone_id"], ["phone.id"], name=op.f("fk_campaign_draft_phone_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["plan.id"], name=op.f("fk_campaign_draft_plan_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign_draft")),
    )
    op.create_index("ix_campaign_draft_updated_at", "campaign_draft", ["updated_at"])
    op.create_table(
        "campaign_phone",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("phone_id", sa.Integer(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"],
            ["campaign.id"],
            name=op.f("fk_campaign_phone_campaign_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["phone_id"], ["phone.id"], name=op.f("fk_campaign_phone_phone_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("campaign_id", "phone_id", name=op.f("pk_campaign_phone")),
    )
    op.add_column(
        "campaign",
        sa.Column("name", sa.String(length=200), server_default=sa.text("''"), nullable=False),
    )
    op.add_column(
        "campaign",
        sa.Column("tag", sa.String(length=60), server_default=sa.text("''"), nullable=False),
    )
    op.add_column("campaign", sa.Column("paused_at", sa.DateTime(), nullable=True))
    op.add_column("campaign", sa.Column("paused_by", sa.Integer(), nullable=True))
    op.add_column("campaign", sa.Column("pause_reason", sa.String(length=32), nullable=True))
    op.add_column("campaign", sa.Column("cancelled_at", sa.DateTime(), nullable=True))
    op.add_column("campaign", sa.Column("quiet", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("campaign", sa.Column("pace", sa.Float(), nullable=True))
    op.add_column("campaign", sa.Column("plan_id", sa.Integer(), nullable=True))
    op.add_column("campaign", sa.Column("run_at", sa.DateTime(), nullable=True))
    op.add_column("campaign", sa.Column("again_of", sa.Integer(), nullable=True))
    op.create_index(
        "ix_campaign_again_of",
        "campaign",
        ["again_of"],
        sqlite_where=sa.text("again_of IS NOT NULL"),
    )
    op.create_index(
        "ix_campaign_paused",
        "campaign",
        ["paused_at"],
        sqlite_where=sa.text("paused_at IS NOT NULL"),
    )
    op.create_index(
        "ix_campaign_several", "campaign", ["due_at"], sqlite_where=sa.text("direct = 0")
    )
    op.create_index("ix_campaign_tag", "campaign", ["tag"], sqlite_where=sa.text("tag <> ''"))
    op.create_index("uq_campaign_run", "campaign", ["plan_id", "run_at"], unique=True)
    op.add_column("message", sa.Column("validity", sa.Integer(), nullable=True))
    op.add_column(
        "message",
        sa.Column("direct", sa.Boolean(), server_default=sa.text("0"), nullable=False),
    )
    op.execute(
        "UPDATE message SET direct = 1"
        " WHERE status IN ('pending', 'held', 'sending', 'uncertain')"
        " AND campaign_id IN (SELECT id FROM campaign WHERE direct)"
    )
    op.create_index(
        "ix_message_came",
        "message",
        ["phone_id", "sent_at"],
        sqlite_where=sa.text("direction = 'in'"),
    )
    op.create_index(
        "ix_message_days",
        "message",
        ["phone_id", "status", "due_at"],
        sqlite_where=sa.text("direction = 'out'"),
    )
    op.create_index(
        "ix_message_due_direct",
        "message",
        ["phone_id", "attempt_at"],
        sqlite_where=sa.text("status = 'pending' AND direct"),
    )
    op.create_index(
        "ix_message_left",
        "message",
        ["phone_id", "claimed_at"],
        sqlite_where=sa.text("claimed_at IS NOT NULL"),
    )
    op.create_index("ix_message_report", "message", ["campaign_id", "status", "reason", "id"])
    op.add_column("phone", sa.Column("aside_at", sa.DateTime(), nullable=True))
    _campaign_counts()


def _campaign_counts() -> None:
    """How many messages of a campaign to several are alike, kept true by the database."""
    op.create_table(
        "campaign_count",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=False),
        sa.Column("taken", sa.Boolean(), nullable=False),
        sa.Column("segments", sa.Integer(), nullable=False),
        sa.Column("credits", sa.Float(), nullable=False),
        sa.Column("messages", sa.Integer(), nullable=False),
        sa.Column("sent_until", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["campaign_id"],
            ["campaign.id"],
            name=op.f("fk_campaign_count_campaign_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "campaign_id",
            "status",
            "reason",
            "taken",
            "segments",
            "credits",
            name=op.f("pk_campaign_count"),
        ),
        sqlite_with_rowid=False,
    )
    columns = "campaign_id, status, reason, taken, segments, credits"
    put = f"INSERT INTO campaign_count ({columns}, messages, sent_until)"
    op.execute(
        f"{put} SELECT {_counted('message')}, count(*), max(sent_at) FROM message"  # noqa: S608 - made of this file
        f" WHERE {_is_to_several('message')} GROUP BY 1, 2, 3, 4, 5, 6"
    )
    add = (
        f"{put} SELECT {_counted('new')}, 1, new.sent_at WHERE {_is_to_several('new')}"
        " ON CONFLICT DO UPDATE SET messages = messages + 1,"
        " sent_until = max(sent_until, excluded.sent_until)"
    )
    take = (
        "UPDATE campaign_count SET messages = messages - 1"  # noqa: S608 - made of this file
        f" WHERE ({columns}) = ({_counted('old')})"
    )
    op.execute(
        f"""
        CREATE TRIGGER campaign_count_insert AFTER INSERT ON message
        WHEN new.campaign_id IS NOT NULL BEGIN {add}; END
        """
    )
    op.execute(
        f"""
        CREATE TRIGGER campaign_count_update AFTER UPDATE OF
          campaign_id, status, reason, sent_at, segments, credits
        ON message
        WHEN ({_counted("old")}) IS NOT ({_counted("new")}) OR old.sent_at IS NOT new.sent_at
        BEGIN {take}; {add}; END
        """
    )
    op.execute(
        f"""
        CREATE TRIGGER campaign_count_delete AFTER DELETE ON message
        WHEN old.campaign_id IS NOT NULL BEGIN {take}; END
        """
    )


def _counted(row: str) -> str:
    """In what messages are alike."""
    return (
        f"{row}.campaign_id, {row}.status, coalesce({row}.reason, ''), {row}.sent_at IS NOT NULL,"
        f" {row}.segments, coalesce({row}.credits, -1)"
    )


def _is_to_several(row: str) -> str:
    """What is from one person to another is not counted; its campaign stays what it is."""
    return f"(SELECT NOT direct FROM campaign WHERE id = {row}.campaign_id)"  # noqa: S608

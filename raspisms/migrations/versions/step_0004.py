"""Marks of members, deleted messages, logins, invitations, the journal, settings, push notices."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    _members()
    _marks()
    _deletion()
    _household()
    _push()


def _members() -> None:
    op.add_column(
        "member", sa.Column("sound", sa.Boolean(), server_default=sa.text("0"), nullable=False)
    )
    op.add_column("member", sa.Column("disabled_at", sa.DateTime(), nullable=True))
    with op.batch_alter_table("member") as member:
        member.drop_column("session_key")
    op.add_column(
        "one_time_link",
        sa.Column("data", sa.JSON(), server_default=sa.text("'{}'"), nullable=False),
    )
    op.create_table(
        "login_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("browser", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("used_on", sa.Date(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["member.id"],
            name=op.f("fk_login_session_member_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_session")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_login_session_secret_hash")),
    )
    op.create_index(
        op.f("ix_login_session_member_id"), "login_session", ["member_id"], unique=False
    )


def _marks() -> None:
    """What was not read stays unread, for those who may see it."""
    op.create_table(
        "conversation_mark",
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("unread_from", sa.Integer(), nullable=True),
        sa.Column("muted", sa.Boolean(), server_default=sa.text("0"), nullable=False),
        sa.Column("archived_to", sa.Integer(), nullable=True),
        sa.Column("draft", sa.String(), nullable=True),
        sa.Column("draft_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
            name=op.f("fk_conversation_mark_conversation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["member.id"],
            name=op.f("fk_conversation_mark_member_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("member_id", "conversation_id", name=op.f("pk_conversation_mark")),
    )
    op.create_index(
        "ix_conversation_mark_unread",
        "conversation_mark",
        ["member_id", "conversation_id"],
        unique=False,
        sqlite_where=sa.text("unread_from IS NOT NULL"),
    )
    op.create_index(
        "ix_conversation_mark_archived",
        "conversation_mark",
        ["member_id", "archived_to"],
        unique=False,
        sqlite_where=sa.text("archived_to IS NOT NULL"),
    )
    op.execute(
        """
        INSERT INTO conversation_mark (member_id, conversation_id, unread_from, muted)
        SELECT member.id, conversation.id,
          (SELECT min(message.id) FROM message
           WHERE message.conversation_id = conversation.id AND message.direction = 'in'
           AND message.id > coalesce(read_mark.message_id, 0)), 0
        FROM conversation JOIN member
        LEFT JOIN read_mark ON read_mark.member_id = member.id
          AND read_mark.conversation_id = conversation.id
        WHERE conversation.last_inbound_id > coalesce(read_mark.message_id, 0)
          AND (member.is_admin OR EXISTS (
            SELECT 1 FROM phone_access WHERE phone_access.member_id = member.id
            AND phone_access.phone_id = conversation.phone_id))
        """
    )
    op.drop_table("read_mark")


def _deletion() -> None:
    op.add_column("message", sa.Column("deleted_at", sa.DateTime(), nullable=True))
    op.drop_index("ix_message_thread", table_name="message")
    op.create_index(
        "ix_message_thread",
        "message",
        ["conversation_id", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index("ix_message_attention", table_name="message")
    op.create_index(
        "ix_message_attention",
        "message",
        ["status", "phone_id", "id"],
        unique=False,
        sqlite_where=sa.text(
            "status IN ('pending', 'sending', 'held', 'uncertain', 'failed') AND deleted_at IS NULL"
        ),
    )
    op.create_index(
        "ix_message_planned",
        "message",
        ["conversation_id", "due_at"],
        unique=False,
        sqlite_where=sa.text("status = 'pending' AND scheduled"),
    )


def _household() -> None:
    op.create_table(
        "household_setting",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_household_setting")),
    )
    op.create_table(
        "journal_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["member.id"],
            name=op.f("fk_journal_entry_member_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_entry")),
    )


def _push() -> None:
    op.create_table(
        "push_subscription",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("login_id", sa.Integer(), nullable=False),
        sa.Column("endpoint", sa.String(length=2000), nullable=False),
        sa.Column("p256dh", sa.String(length=200), nullable=False),
        sa.Column("auth", sa.String(length=100), nullable=False),
        sa.Column("site", sa.String(length=255), nullable=False),
        sa.Column("browser", sa.String(length=200), nullable=False),
        sa.Column("hides_text", sa.Boolean(), server_default=sa.text("0"), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("fault", sa.String(length=500), nullable=True),
        sa.ForeignKeyConstraint(
            ["login_id"],
            ["login_session.id"],
            name=op.f("fk_push_subscription_login_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["member.id"],
            name=op.f("fk_push_subscription_member_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_push_subscription")),
        sa.UniqueConstraint("endpoint", name=op.f("uq_push_subscription_endpoint")),
    )
    for column in ("login_id", "member_id"):
        op.create_index(
            op.f(f"ix_push_subscription_{column}"), "push_subscription", [column], unique=False
        )
    op.create_table(
        "push_notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subscription_id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("attempt_at", sa.DateTime(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["message.id"],
            name=op.f("fk_push_notice_message_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["subscription_id"],
            ["push_subscription.id"],
            name=op.f("fk_push_notice_subscription_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_push_notice")),
    )
    for column in ("attempt_at", "message_id", "subscription_id"):
        op.create_index(op.f(f"ix_push_notice_{column}"), "push_notice", [column], unique=False)

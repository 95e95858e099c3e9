"""Groups, notes, opt-outs, saved texts, templates; imports, and changes that can be undone."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "contact_group",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_key", sa.String(length=400), nullable=False),
        sa.Column("rule", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.Column("used_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_group")),
        sa.UniqueConstraint("name_key", name=op.f("uq_contact_group_name_key")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "number_cleared",
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_number_cleared")),
    )
    op.create_table(
        "opt_in",
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_opt_in")),
    )
    op.create_table(
        "saved_text",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_key", sa.String(length=400), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.Column("used_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_text")),
        sa.UniqueConstraint("name_key", name=op.f("uq_saved_text_name_key")),
    )
    op.create_table(
        "address_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("undone_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["member.id"],
            name=op.f("fk_address_change_member_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_address_change")),
    )
    op.create_index("ix_address_change_at", "address_change", ["at"])
    op.create_table(
        "group_contact",
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["contact.id"],
            name=op.f("fk_group_contact_contact_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["group_id"],
            ["contact_group.id"],
            name=op.f("fk_group_contact_group_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("group_id", "contact_id", name=op.f("pk_group_contact")),
    )
    op.create_index("ix_group_contact_contact_id", "group_contact", ["contact_id"])
    op.create_table(
        "group_group",
        sa.Column("parent_id", sa.Integer(), nullable=False),
        sa.Column("child_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["child_id"],
            ["contact_group.id"],
            name=op.f("fk_group_group_child_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"],
            ["contact_group.id"],
            name=op.f("fk_group_group_parent_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("parent_id", "child_id", name=op.f("pk_group_group")),
    )
    op.create_index("ix_group_group_child_id", "group_group", ["child_id"])
    op.create_table(
        "opt_out",
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("phone_id", sa.Integer(), nullable=True),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_opt_out_member_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["phone_id"], ["phone.id"], name=op.f("fk_opt_out_phone_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_opt_out")),
    )
    op.create_index("ix_opt_out_at", "opt_out", ["at"])
    op.create_table(
        "address_change_row",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("change_id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("before", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("after", sa.JSON(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["change_id"],
            ["address_change.id"],
            name=op.f("fk_address_change_row_change_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_address_change_row")),
    )
    op.create_index("ix_address_change_row_change_id", "address_change_row", ["change_id"])
    op.create_table(
        "contact_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("found", sa.JSON(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("problem", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("change_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("finished_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["change_id"],
            ["address_change.id"],
            name=op.f("fk_contact_import_change_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["member.id"],
            name=op.f("fk_contact_import_member_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_import")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_contact_import_state"), "contact_import", ["state"])
    op.create_table(
        "contact_import_row",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_key", sa.String(length=400), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=True),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("notes", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=True),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("original", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["import_id"],
            ["contact_import.id"],
            name=op.f("fk_contact_import_row_import_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_import_row")),
    )
    op.create_index(
        "ix_contact_import_row_import_id", "contact_import_row", ["import_id", "verdict", "line"]
    )
    op.create_index("ix_contact_import_row_number", "contact_import_row", ["import_id", "number"])
    op.add_column(
        "campaign", sa.Column("template", sa.Boolean(), server_default=sa.text("0"), nullable=False)
    )
    op.add_column(
        "campaign", sa.Column("direct", sa.Boolean(), server_default=sa.text("1"), nullable=False)
    )
    op.add_column("campaign", sa.Column("audience", sa.JSON(none_as_null=True), nullable=True))
    op.add_column(
        "contact", sa.Column("notes", sa.String(), server_default=sa.text("''"), nullable=False)
    )
    op.create_index("ix_contact_created_at", "contact", ["created_at"])
    op.create_index("ix_contact_updated_at", "contact", ["updated_at"])
    op.create_index(
        "ix_message_outcome",
        "message",
        ["peer", "direction", "status", "reason", "final_at"],
        unique=False,
        sqlite_where=sa.text("direction = 'out' AND final_at IS NOT NULL"),
    )
    op.create_index(
        "ix_message_failed",
        "message",
        ["status", "peer", "reason"],
        unique=False,
        sqlite_where=sa.text("status = 'failed'"),
    )
    op.create_index(
        "ix_message_skipped",
        "message",
        ["phone_id", "created_at"],
        unique=False,
        sqlite_where=sa.text("status = 'skipped' AND deleted_at IS NULL"),
    )
    # What went to several people was no word from one person to another.
    op.execute(
        "UPDATE campaign SET direct = 0 WHERE id IN (SELECT campaign_id FROM message"
        " WHERE campaign_id IS NOT NULL GROUP BY campaign_id HAVING count(*) > 1)"
    )
    _number_index()


def _number_index() -> None:
    """Numbers by any three digits in a row, kept true by the database."""
    op.execute(
        """
        CREATE VIRTUAL TABLE contact_number_search USING fts5(
          number, content = 'contact', content_rowid = 'id', columnsize = 0, tokenize = 'trigram'
        )
        """
    )
    put = "INSERT INTO contact_number_search (rowid, number) VALUES (new.id, new.number)"
    take = (
        "INSERT INTO contact_number_search (contact_number_search, rowid, number)"
        " VALUES ('delete', old.id, old.number)"
    )
    op.execute(f"CREATE TRIGGER contact_number_insert AFTER INSERT ON contact BEGIN {put}; END")
    op.execute(
        f"""
        CREATE TRIGGER contact_number_update AFTER UPDATE OF number ON contact
        BEGIN {take}; {put}; END
        """
    )
    op.execute(f"CREATE TRIGGER contact_number_delete AFTER DELETE ON contact BEGIN {take}; END")
    op.execute("INSERT INTO contact_number_search (contact_number_search) VALUES ('rebuild')")

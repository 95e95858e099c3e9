"""A full-text index of messages and contacts, kept true by the database; one of what is deleted."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

# Why the index is made so: raspisms/messaging/search_index.py and search_words.py.
_SEPARATORS = "".join(
    chr(sign)
    for first, last in (
        (0x061C, 0x061C),
        (0x2066, 0x2069),
        (0x20BA, 0x20CF),
        (0x23F4, 0x23FF),
        (0x2B00, 0x2BFF),
        (0x1F000, 0x1FAFF),
    )
    for sign in range(first, last + 1)
)
_TOKENIZER = f"unicode61 remove_diacritics 2 separators '{_SEPARATORS}'"
_OPTIONS = f'columnsize = 0, tokenize = "{_TOKENIZER}"'
_LIGATURES = (("œ", "oe"), ("Œ", "oe"), ("æ", "ae"), ("Æ", "ae"), ("ß", "ss"), ("ẞ", "ss"))


def upgrade() -> None:
    op.create_index(
        "ix_message_deleted",
        "message",
        ["conversation_id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NOT NULL"),
    )
    _message_index()
    _contact_index()


def _message_index() -> None:
    op.execute(
        f"""
        CREATE VIEW message_words AS
        SELECT id, {_words("body")} AS body, {_places("message")} AS place
        FROM message WHERE deleted_at IS NULL
        """  # noqa: S608 - made of nothing but what is written in this file
    )
    op.execute(
        f"""
        CREATE VIRTUAL TABLE message_search USING fts5(
          body, place, content = 'message_words', content_rowid = 'id', prefix = '1 2 3', {_OPTIONS}
        )
        """
    )
    op.execute(
        f"""
        CREATE TRIGGER message_search_insert AFTER INSERT ON message
        WHEN new.deleted_at IS NULL BEGIN {_put_message()}; END
        """
    )
    op.execute(
        f"""
        CREATE TRIGGER message_search_update AFTER UPDATE OF
          body, deleted_at, phone_id, conversation_id, direction, sent_at, due_at, created_at
        ON message
        WHEN old.body IS NOT new.body OR old.deleted_at IS NOT new.deleted_at
          OR {_places("old")} IS NOT {_places("new")}
        BEGIN {_take_message()}; {_put_message()}; END
        """
    )
    op.execute(
        f"""
        CREATE TRIGGER message_search_delete AFTER DELETE ON message
        WHEN old.deleted_at IS NULL BEGIN {_take_message()}; END
        """
    )
    op.execute("INSERT INTO message_search (message_search) VALUES ('rebuild')")


def _contact_index() -> None:
    name = _words("name_key")
    op.execute(f"CREATE VIEW contact_words AS SELECT id, {name} AS name FROM contact")  # noqa: S608
    op.execute(
        f"""
        CREATE VIRTUAL TABLE contact_search USING fts5(
          name, content = 'contact_words', content_rowid = 'id', {_OPTIONS}
        )
        """
    )
    put = f"INSERT INTO contact_search (rowid, name) VALUES (new.id, {_words('new.name_key')})"  # noqa: S608
    take = (
        "INSERT INTO contact_search (contact_search, rowid, name)"  # noqa: S608
        f" VALUES ('delete', old.id, {_words('old.name_key')})"
    )
    op.execute(f"CREATE TRIGGER contact_search_insert AFTER INSERT ON contact BEGIN {put}; END")
    op.execute(
        f"""
        CREATE TRIGGER contact_search_update AFTER UPDATE OF name_key ON contact
        BEGIN {take}; {put}; END
        """
    )
    op.execute(f"CREATE TRIGGER contact_search_delete AFTER DELETE ON contact BEGIN {take}; END")
    op.execute("INSERT INTO contact_search (contact_search) VALUES ('rebuild')")


def _words(text: str) -> str:
    """A text with the letters parted that the tokenizer takes for one."""
    for one, two in _LIGATURES:
        text = f"replace({text}, '{one}', '{two}')"
    return text


def _places(row: str) -> str:
    """Which phone and way, which conversation and which month a message belongs to."""
    shown = f"coalesce({row}.sent_at, {row}.due_at, {row}.created_at)"
    month = f"(12 * substr({shown}, 1, 4) + substr({shown}, 6, 2))"
    return (
        f"(char(63489 + ({row}.direction = 'in')) || {row}.phone_id || ' ' || char(63492)"
        f" || {row}.conversation_id || ' ' || char(57344 + {month} % 4096))"
    )


def _put_message() -> str:
    return f"""
        INSERT INTO message_search (rowid, body, place)
        SELECT new.id, {_words("new.body")}, {_places("new")} WHERE new.deleted_at IS NULL
    """


def _take_message() -> str:
    """An index without its own copy of the texts is told what to forget."""
    return f"""
        INSERT INTO message_search (message_search, rowid, body, place)
        SELECT 'delete', old.id, {_words("old.body")}, {_places("old")} WHERE old.deleted_at IS NULL
    """

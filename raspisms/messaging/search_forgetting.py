"""Taking the words of what was removed out of the pages of the indexes, too.

Nothing finds a removed word any more. But FTS5 only notes that it is gone, and the word itself
stands in the file until the parts of its index are put together, which may be years later. SQLite
from 3.42 on could be told to forget at once ("secure-delete"); older ones are in use.
Facts: https://www.sqlite.org/fts5.html, "The 'merge' Command".
"""

from sqlalchemy import text

from raspisms.messaging.transactions import writing

#: The indexes that the migrations made.
_INDEXES = ("message_search", "contact_search", "contact_number_search")
#: Pages of an index that are written anew in one transaction.
_PAGES = 1000
_CHANGES = text("SELECT total_changes()")


def forget_removed() -> None:
    """Put all parts of the indexes together: of 50,000 messages within half a second, in portions
    between which others write. Raises StorageError.
    """
    for name in _INDEXES:
        pages = -_PAGES  # below 0 it begins with all parts, above it goes on
        while _put_together(name, pages):
            pages = _PAGES


def _put_together(name: str, pages: int) -> bool:
    """Put some together; whether there is more to do."""
    merge = text(f"INSERT INTO {name} ({name}, rank) VALUES ('merge', :pages)")  # noqa: S608
    with writing() as session:
        before = session.scalar(_CHANGES) or 0
        session.execute(merge, {"pages": pages})
        return (session.scalar(_CHANGES) or 0) - before >= 2

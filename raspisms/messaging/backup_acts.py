"""What administrators do with backups, each act told in the journal: a backup holds everything."""

from raspisms.messaging import backup_folder, journal
from raspisms.messaging.backup_folder import BY_HAND, Backup
from raspisms.messaging.engine import Engine
from raspisms.messaging.transactions import reading, writing
from raspisms.models import Member


def make(engine: Engine, member: Member) -> Backup:
    """Raises Conflict while another one is made, and StorageError where there is no room."""
    reading().rollback()  # no transaction is open for as long as the copy takes
    backup = backup_folder.make(engine.config.instance_path, BY_HAND)
    with writing() as session:
        journal.note(session, member, "backup.made", backup.name)
    return backup


def take(engine: Engine, member: Member, name: str) -> Backup:
    """The backup that is about to be handed out. Raises NotFound."""
    backup = backup_folder.find(engine.config.instance_path, name)
    with writing() as session:
        journal.note(session, member, "backup.downloaded", backup.name)
    return backup


def delete(engine: Engine, member: Member, name: str) -> Backup:
    """Raises NotFound. On a full disk this is what makes room, for its own entry too."""
    with writing() as session:
        backup = backup_folder.delete(engine.config.instance_path, name)
        journal.note(session, member, "backup.removed", backup.name)
    return backup

"""What the kernel says of a process and all that it started (proc(5))."""

import os
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_PROC = Path("/proc")


@dataclass(frozen=True)
class Reading:
    """One look at a tree of processes. Memory in kB."""

    #: Memory, with what is shared with other processes divided among them; and the part of it
    #: that is no file's.
    pss: int
    pss_anon: int
    #: Seconds of processor time since the start.
    cpu: float
    #: Bytes that reached, or will reach, the disk.
    written: int
    #: How often a thread that still lives gave up the processor by itself.
    switches: int


def read(root: int) -> Reading:
    """Look at ``root`` and its descendants."""
    pids = list(_tree(root))
    return Reading(
        pss=sum(_field(pid, "smaps_rollup", "Pss:") for pid in pids),
        pss_anon=sum(_field(pid, "smaps_rollup", "Pss_Anon:") for pid in pids),
        cpu=sum(_cpu(pid) for pid in pids),
        written=sum(_field(pid, "io", "write_bytes:") for pid in pids),
        switches=sum(_switches(pid) for pid in pids),
    )


def highest(root: int) -> int:
    """Memory of the largest of ``root`` and its descendants when it was at its highest, in kB."""
    return max(_field(pid, "status", "VmHWM:") for pid in _tree(root))


def seconds(work: Callable[[], object]) -> float:
    """Of this thread's processor time: on a busy machine the clock would tell of other programs."""
    begun = time.thread_time()
    work()
    return time.thread_time() - begun


def files(folder: Path) -> dict[str, tuple[int, int]]:
    """The size in bytes and the time of change in nanoseconds of all files below a folder."""
    os.sync()  # what was written through memory gets its time only now
    found = (path for path in folder.rglob("*") if path.is_file())
    return {str(p.relative_to(folder)): (p.stat().st_size, p.stat().st_mtime_ns) for p in found}


def _tree(pid: int) -> Iterable[int]:
    yield pid
    for children in (_PROC / str(pid) / "task").glob("*/children"):
        for child in children.read_text().split():
            yield from _tree(int(child))


def _field(pid: int, file: str, name: str) -> int:
    return _number((_PROC / str(pid) / file).read_text(), name)


def _number(text: str, name: str) -> int:
    return next(int(line.split()[1]) for line in text.splitlines() if line.startswith(name))


def _cpu(pid: int) -> float:
    # The name in brackets may hold anything; after it, user and system time are at 11 and 12.
    after = (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    return (int(after[11]) + int(after[12])) / _TICKS


def _switches(pid: int) -> int:
    count = 0
    for status in (_PROC / str(pid) / "task").glob("*/status"):
        try:
            count += _number(status.read_text(), "voluntary_ctxt_switches:")
        except (FileNotFoundError, ProcessLookupError):
            continue  # a thread that has just ended
    return count

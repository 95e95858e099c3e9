"""The provider's side: calls about delivery, over connections kept open, as a program of its own.

``python -m benchmarks.caller PORT TOKEN THREADS`` reads the provider's ids from standard input,
one a line, calls once about each, and prints the calls per second.
"""

import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from benchmarks.processes import HOST, ROOT

_ENDING = b"\r\n\r\nOK"


def calls_per_second(port: int, token: str, threads: int, uids: Sequence[str]) -> float:
    """Call about each of ``uids``, from another process with so many threads."""
    command = [sys.executable, "-m", "benchmarks.caller", str(port), token, str(threads)]
    answer = subprocess.run(
        command, cwd=ROOT, check=True, input="\n".join(uids), capture_output=True, text=True
    )
    return float(answer.stdout)


def _call_all(port: int, token: str, uids: Sequence[str]) -> None:
    # Bytes and a socket: a client's own work would be on both sides of the ratio.
    with socket.create_connection((HOST, port), timeout=30) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for uid in uids:
            connection.sendall(_request(token, uid))
            _expect_ok(connection)


def _request(token: str, uid: str) -> bytes:
    query = f"id={uid}&ptt=4&date=2026-01-02+10%3A20%3A30&description=1&descriptionDlr=Delivered"
    return f"GET /callback/{token}/status?{query} HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode()


def _expect_ok(connection: socket.socket) -> None:
    answer = b""
    while not answer.endswith(_ENDING):
        more = connection.recv(4096)
        if not more:
            raise ConnectionError(f"the answer ended early: {answer!r}")
        answer += more
    if not answer.startswith(b"HTTP/1.1 200"):
        raise ConnectionError(f"no 200: {answer!r}")


def main() -> None:
    port, token, threads = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    uids = sys.stdin.read().split()
    begun = time.perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        shares = [uids[start::threads] for start in range(threads)]
        list(pool.map(_call_all, [port] * threads, [token] * threads, shares))
    print(len(uids) / (time.perf_counter() - begun))


if __name__ == "__main__":
    main()

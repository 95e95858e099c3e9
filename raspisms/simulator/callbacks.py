"""Calls the product back: delivery receipts, and answers where an account asks for them."""

import http.client
import queue
import socket
import threading
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from raspisms.simulator.ledger import Ledger
from raspisms.simulator.messages import PARIS, RECEIPT_TEXTS, Incoming, Receipt
from raspisms.simulator.moments import Cut, Moments

# How many at the same time; how many OVH makes is not known.
WORKERS = 8
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True)
class Callback:
    """One request to be made."""

    kind: str
    message_id: int
    method: str
    url: str
    body: str = ""


def usable(url: str) -> bool:
    """Whether a callback can go there at all."""
    try:
        parts = urlsplit(url)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def for_receipt(url: str, receipt: Receipt, *, post: bool, dlr: bool) -> Callback:
    """The five parameters that OVH's guides document, put into the query string.

    ``description`` is the receipt's number, ``descriptionDlr`` its text. ``dlr`` (the number
    again) is what one client reads although no guide names it. The format of ``date`` is not
    documented: here it is that of OVH's CSV export.
    """
    parameters = {
        "id": str(receipt.message_id),
        "ptt": str(receipt.ptt),
        "date": receipt.at.astimezone(PARIS).strftime("%Y-%m-%d %H:%M:%S"),
        "description": str(receipt.receipt),
        "descriptionDlr": RECEIPT_TEXTS[receipt.receipt],
    }
    if dlr:
        parameters["dlr"] = str(receipt.receipt)
    if post:
        return Callback("receipt", receipt.message_id, "POST", url, urlencode(parameters))
    parts = urlsplit(url)
    query = "&".join(filter(None, [parts.query, urlencode(parameters)]))
    return Callback("receipt", receipt.message_id, "GET", urlunsplit(parts._replace(query=query)))


def for_response(url: str, incoming: Incoming) -> Callback:
    """A form, with the query parameters of ``cgiUrl`` copied into it (seen by third parties)."""
    fields = dict(parse_qsl(urlsplit(url).query, keep_blank_values=True)) | {
        "id": str(incoming.id),
        "senderid": incoming.sender,
        "message": incoming.text,
        "keyword": "",
        "shortcode": incoming.number,
        "tag": "",
    }
    return Callback("response", incoming.id, "POST", url, urlencode(fields))


class Caller:
    """Makes callbacks in threads of its own, each once: OVH documents no second attempt."""

    def __init__(self, ledger: Ledger, moments: Moments, timeout: float) -> None:
        self.timeout = timeout
        self._ledger = ledger
        self._moments = moments
        self._waiting: queue.Queue[list[Callback] | None] = queue.Queue()
        self._lock = threading.Lock()
        self._closed = False
        self._open: set[http.client.HTTPConnection] = set()
        self._threads = [
            threading.Thread(target=self._run, name=f"simulator-caller-{n}", daemon=True)
            for n in range(WORKERS)
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def submit(self, callbacks: list[Callback]) -> None:
        """Make these later, in this order."""
        if callbacks:
            self._waiting.put(callbacks)

    @property
    def idle(self) -> bool:
        return not self._waiting.unfinished_tasks

    def clear(self) -> None:
        """Forget what has not begun."""
        while True:
            try:
                self._waiting.get_nowait()
            except queue.Empty:
                return
            self._waiting.task_done()

    def close(self) -> None:
        self.clear()
        with self._lock:
            self._closed = True
            for connection in self._open:
                # Wakes a worker that waits for an answer; the peer may be gone already.
                with suppress(OSError):
                    if connection.sock is not None:
                        connection.sock.shutdown(socket.SHUT_RDWR)
        for _ in self._threads:
            self._waiting.put(None)
        for thread in self._threads:
            thread.join()

    def _run(self) -> None:
        while (callbacks := self._waiting.get()) is not None:
            for callback in callbacks:
                self.make(callback)
            self._waiting.task_done()

    def make(self, callback: Callback) -> None:
        """Make it now, and record how it went."""
        path = urlsplit(callback.url).path
        entry = self._ledger.callback_begins(
            callback.kind, callback.message_id, callback.method, callback.url, callback.body
        )
        status = None
        try:
            self._moments.reach("callback_about_to_go", callback.method, path)
            status = self._request(callback)
            self._ledger.callback_ends(entry, status, "answered")
            self._moments.reach("callback_answered", callback.method, path)
        except Cut:
            self._ledger.callback_ends(entry, status, "cut")
        except (OSError, http.client.HTTPException) as error:
            self._ledger.callback_ends(entry, status, f"{type(error).__name__}: {error}")

    def _request(self, callback: Callback) -> int:
        parts = urlsplit(callback.url)
        secure = parts.scheme == "https"
        kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        connection = kind(parts.hostname or "", parts.port, timeout=self.timeout)
        target = urlunsplit(("", "", parts.path or "/", parts.query, ""))
        with self._lock:
            if self._closed:
                raise Cut("stopping")
            self._open.add(connection)
        try:
            headers = FORM if callback.method == "POST" else {}
            connection.request(callback.method, target, callback.body or None, headers)
            response = connection.getresponse()
            response.read()
            return response.status
        finally:
            with self._lock:
                self._open.discard(connection)
            connection.close()

"""The least that sending can cost: the same calls to OVH, and nothing kept.

``python -m benchmarks.bare_sender API_URL CALLS AT_ONCE`` makes so many calls, and prints how many
it made per second.
"""

import hashlib
import http.client
import json
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

from benchmarks.processes import ROOT
from raspisms.simulator import account

_NUMBER = account.NUMBER.replace("+", "00")
_PATH = f"/1.0/sms/{account.SERVICE}/virtualNumbers/{_NUMBER}/jobs"


def calls_per_second(api_url: str, calls: int, at_once: int) -> float:
    """Make the calls from another process with so many threads."""
    command = [sys.executable, "-m", "benchmarks.bare_sender", api_url, str(calls), str(at_once)]
    answer = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return float(answer.stdout)


def _call(host: str, number: int) -> None:
    message = {"message": f"Message {number}", "receivers": [f"+336{number:08}"], "tag": "bare"}
    body = json.dumps(message)
    connection = http.client.HTTPConnection(host, timeout=30)
    connection.request("POST", _PATH, body, _signed(host, body))
    response = connection.getresponse()
    if response.status != 200:
        raise ConnectionError(f"no 200: {response.read()!r}")
    json.loads(response.read())
    connection.close()


def _signed(host: str, body: str) -> dict[str, str]:
    """OVH, first steps with the API: the signature of a call."""
    at = str(int(time.time()))
    url = f"http://{host}{_PATH}"
    parts = (account.APPLICATION_SECRET, account.CONSUMER_KEY, "POST", url, body, at)
    signature = hashlib.sha1("+".join(parts).encode()).hexdigest()
    return {
        "Content-Type": "application/json",
        "X-Ovh-Application": account.APPLICATION_KEY,
        "X-Ovh-Consumer": account.CONSUMER_KEY,
        "X-Ovh-Timestamp": at,
        "X-Ovh-Signature": f"$1${signature}",
    }


def main() -> None:
    host, calls, at_once = urlsplit(sys.argv[1]).netloc, int(sys.argv[2]), int(sys.argv[3])
    begun = time.perf_counter()
    with ThreadPoolExecutor(at_once) as pool:
        list(pool.map(_call, [host] * calls, range(calls)))
    print(calls / (time.perf_counter() - begun))


if __name__ == "__main__":
    main()

"""Static files are sent in fewer bytes to whoever can read that; pages are not."""

import gzip

import pytest
from werkzeug.test import TestResponse

from raspisms.paths import STATIC
from tests.web.browser import Browser

GZIP = "gzip, deflate, br, zstd"
FILE = "css/components.css"


def asked(client: Browser, path: str, **headers: str) -> TestResponse:
    client.headers = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.get(path)


@pytest.mark.parametrize("name", [FILE, "js/live.js", "img/icons.svg"])
def test_a_file_goes_out_compressed_and_reads_the_same(client: Browser, name: str) -> None:
    answer = asked(client, f"/static/{name}", accept_encoding=GZIP)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in answer.headers["Vary"]
    content = (STATIC / name).read_bytes()
    assert gzip.decompress(answer.data) == content
    assert int(answer.headers["Content-Length"]) == len(answer.data) < len(content) / 2


@pytest.mark.parametrize("encoding", ["", "identity", "br", "gzip;q=0"])
def test_whoever_cannot_read_that_gets_it_as_it_is(client: Browser, encoding: str) -> None:
    answer = asked(client, f"/static/{FILE}", accept_encoding=encoding)
    assert "Content-Encoding" not in answer.headers
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert answer.data == (STATIC / FILE).read_bytes()


def test_what_is_known_already_is_not_sent_again(client: Browser) -> None:
    first = asked(client, f"/static/{FILE}", accept_encoding=GZIP)
    again = asked(
        client, f"/static/{FILE}", accept_encoding=GZIP, if_none_match=first.headers["ETag"]
    )
    assert (again.status_code, again.data) == (304, b"")


def test_a_part_of_a_file_is_a_part_of_the_file_itself(client: Browser) -> None:
    part = asked(client, f"/static/{FILE}", accept_encoding=GZIP, range="bytes=2-9")
    assert part.status_code == 206
    assert "Content-Encoding" not in part.headers
    assert part.data == (STATIC / FILE).read_bytes()[2:10]


def test_pages_with_a_token_are_not_compressed(client: Browser) -> None:
    """Else their length would tell of the token to whoever has words of their own on the page."""
    answer = asked(client, "/login", accept_encoding=GZIP)
    assert "csrf_token" in answer.text
    assert "Content-Encoding" not in answer.headers

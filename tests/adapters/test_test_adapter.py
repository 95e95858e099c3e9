"""The phone made of files."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from raspisms.adapters import registry
from raspisms.adapters.answers import (
    Absent,
    Accepted,
    Batch,
    Finding,
    Found,
    NotSent,
    ReceiptNews,
    Sought,
)
from raspisms.adapters.base import Adapter, Surroundings
from raspisms.adapters.errors import UnreadableMessage
from raspisms.errors import InvalidForm, NotFound
from raspisms.messaging.true_time import TrueTime
from raspisms.sms.lifecycle import ReceiptState
from tests.adapters.conftest import FreeBudget
from tests.household import PEER


@pytest.fixture
def adapter(tmp_path: Path, budget: FreeBudget) -> Adapter:
    kind = registry.get("test_adapter")
    settings = kind.clean({"number": "06 39 98 77 77"}, "FR")
    adapter = kind(
        settings, Surroundings("FR", tmp_path, "http://127.0.0.1:9/1.0", budget, TrueTime())
    )
    assert adapter.check().problems == ()
    return adapter


@pytest.fixture
def folder(adapter: Adapter, tmp_path: Path) -> Path:
    return tmp_path / "test_adapter" / "33639987777"


def _send(adapter: Adapter, tag: str = "rs1") -> str:
    outcome = adapter.send(Batch("Bonjour", (PEER,), tag, timedelta(hours=48))).outcomes[PEER]
    assert isinstance(outcome, Accepted)
    assert outcome.provider_uid is not None
    return outcome.provider_uid


def _find(adapter: Adapter, tag: str) -> Finding:
    sought = Sought(tag, "Bonjour", (PEER,), datetime.now(UTC), lambda _uids: ())
    return adapter.find_sent(sought).findings[PEER]


def test_what_is_sent_is_written_and_counts_as_delivered(adapter: Adapter, folder: Path) -> None:
    first, second = _send(adapter, "rs1"), _send(adapter, "rs2")
    lines = [json.loads(line) for line in (folder / "sent.jsonl").read_text().splitlines()]
    assert [(line["to"], line["text"]) for line in lines] == [(PEER, "Bonjour")] * 2
    now = datetime.now(UTC)
    polled = adapter.poll_receipts(now, now, {first, second, "999"})
    assert polled.complete
    assert list(polled.news) == [
        ReceiptNews(uid, ReceiptState.DELIVERED) for uid in (first, second)
    ]


def test_what_was_sent_is_found_by_its_mark(adapter: Adapter) -> None:
    uid = _send(adapter)
    assert _find(adapter, "rs1") == Found(uid)
    assert _find(adapter, "rs2") == Absent()


def test_half_a_line_of_a_power_cut_hides_no_later_one(adapter: Adapter, folder: Path) -> None:
    (folder / "sent.jsonl").write_text('{"to": "+336')
    uid = _send(adapter)
    assert _find(adapter, "rs1") == Found(uid)


def test_what_is_put_into_the_file_comes_in(adapter: Adapter, folder: Path) -> None:
    (folder / "received.jsonl").write_text(
        '{"from": "+33639981111", "text": "Ça va ?"}\n\nnot json\n{"from": "cut sho'
    )
    good, bad = adapter.list_inbox(None)
    inbound = adapter.fetch(good)
    assert inbound is not None
    assert (inbound.sender, inbound.text) == (PEER, "Ça va ?")
    with pytest.raises(UnreadableMessage):
        adapter.fetch(bad)
    assert adapter.fetch("12345") is None


def test_without_its_folder_nothing_is_sent(adapter: Adapter, folder: Path) -> None:
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    outcome = adapter.send(Batch("x", (PEER,), "rs1", timedelta(hours=1))).outcomes[PEER]
    assert isinstance(outcome, NotSent)


def test_a_number_that_is_none_is_refused_beside_its_field() -> None:
    with pytest.raises(InvalidForm) as refused:
        registry.get("test_adapter").clean({"number": "abc"}, "FR")
    assert [problem.field for problem in refused.value.problems] == ["number"]


def test_an_unknown_adapter_is_refused_with_the_known_ones() -> None:
    with pytest.raises(NotFound, match="test_adapter"):
        registry.get("carrier_pigeon")


def test_every_adapter_declares_itself_as_data() -> None:
    for kind in registry.all_kinds():
        assert registry.get(kind.uid) is kind
        assert str(kind.name)
        assert str(kind.description)
        assert kind.capabilities
        assert kind.max_segments > 0
        assert len({field.name for field in kind.fields}) == len(kind.fields)


def test_the_ovh_form_is_in_the_guide_s_order() -> None:
    kind = registry.get("ovh_sms_virtual_number_adapter")
    assert str(kind.name) == "OVH SMS"
    assert [field.name for field in kind.fields] == [
        "number",
        "service_name",
        "app_key",
        "app_secret",
        "consumer_key",
    ]
    assert {field.name for field in kind.fields if field.secret} == {"app_secret", "consumer_key"}


@pytest.mark.parametrize(
    ("field", "typed", "kept"),
    [
        ("app_key", "  AKabc123 \n", "AKabc123"),
        ("app_key", "Application Key : AKabc123", "AKabc123"),
        ("app_secret", "application secret=SECRETabc", "SECRETabc"),
        ("consumer_key", "Consumer Key\tCKabc", "CKabc"),
        ("service_name", "Service name: SMS-AB12345-1 (actif)", "sms-ab12345-1"),
        ("number", "Numéro : +33 6 39 98 00 01", None),
        ("number", "0033 639 98 00 01", "+33639980001"),
    ],
)
def test_what_is_pasted_along_is_left_out(field: str, typed: str, kept: str | None) -> None:
    kind = registry.get("ovh_sms_virtual_number_adapter")
    values = {
        "number": "+33639980001",
        "service_name": "sms-ab12345-1",
        "app_key": "AK",
        "app_secret": "AS",
        "consumer_key": "CK",
    }
    if kept is None:
        with pytest.raises(InvalidForm):
            kind.clean(values | {field: typed}, "FR")
    else:
        assert kind.clean(values | {field: typed}, "FR")[field] == kept


def test_no_field_is_named_as_the_form_itself_names_its_own() -> None:
    own = {"name", "adapter", "members", "callback", "version", "csrf_token", "show_fields"}
    for kind in registry.all_kinds():
        assert not own & {field.name for field in kind.fields}

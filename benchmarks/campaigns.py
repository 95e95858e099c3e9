"""Campaigns: confirming one to 10,000 people, and the pages that tell what became of them.

First a draft with a template and numbers of its own is confirmed through the pages of a RaspiSMS
that serves, to 1,000 and to 10,000 people, while somebody reads pages: time, processor time, memory
at its highest. Aim: under 3 seconds. Then, of a year with a million messages, the report of a
campaign to 1,000, 10,000 and 100,000 people, what an open page of it asks for again and again, its
people and answers, statistics and the list, each in processor time. Aims: the report at most 1.5
times, statistics under a second.
"""

import argparse
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median, quantiles

import requests

from benchmarks import folders, past_campaigns, processes, readings, rows
from benchmarks.processes import HOST
from benchmarks.reader import Readers, logged_in, processor_milliseconds

_AIM_SECONDS, _AIM_RATIO, _AIM_STATISTICS = 3.0, 1.5, 1000.0
_QUIET_SECONDS = 8.0
#: Confirmed are these, and the reports are of these.
PEOPLE, REPORTS = (1_000, 10_000), (1_000, 10_000, 100_000)
_TEMPLATE = (
    "Bonjour {{ contact_metas.number }}, {% if 'now'|date('m') > 6 %}bonne rentrée{% else %}"
    "bonne année{% endif %} ! Rendez-vous le {{ 'now'|date('d/m') }} au gymnase. Le club"
)
_HIDDEN = re.compile('<input type="hidden" name="([^"]+)" value="([^"]*)"')

#: Pages of one campaign, and of all; ``{}`` is its id.
OF_ONE = {
    "report": "/campaigns/{}",
    "an open report asks": "/live?member=1&campaign={}",
    "its people": "/campaigns/{}/people",
    "its answers": "/campaigns/{}/answers",
}
OF_ALL = {
    "statistics, a week": "/campaigns/statistics?period=week",
    "statistics, a month": "/campaigns/statistics?period=month",
    "statistics, a year": "/campaigns/statistics?period=year",
    "statistics, by tag": "/campaigns/statistics?tag=club",
    "the list of campaigns": "/campaigns",
}


@dataclass(frozen=True)
class Part:
    """Seconds by the clock and of processor time; the milliseconds of each page meanwhile."""

    seconds: float
    cpu: float
    pages: list[float]


@dataclass(frozen=True)
class Confirmed:
    """Memory in kB at the start and at its highest."""

    quiet: Part
    review: Part
    confirm: Part
    before: int
    highest: int


def main(arguments: list[str] | None = None) -> None:
    options = _options(arguments)
    with folders.folder(options.folder) as parent:
        confirmed = [_confirm(parent / str(people), people) for people in PEOPLE]
        for people, one in zip(PEOPLE, confirmed, strict=True):
            _report_confirmed(people, one)
        _report_pages(parent / "past", options.messages)


def _confirm(path: Path, people: int) -> Confirmed:
    """Confirm a draft of a fresh household, as a person does, while another one reads."""
    folders.prepare(path, folders.TEST)
    draft_id = _write(path, people)
    port = processes.free_port()
    with processes.running(processes.serve(port), folders.settings(path)) as pid:
        processes.wait_until_answers(port)
        cookie = logged_in(port)
        browser = requests.Session()
        browser.headers["Cookie"] = cookie
        address = f"http://{HOST}:{port}/campaigns/drafts/{draft_id}/review"
        part = partial(_part, pid, Readers(port, 1, 0.05, cookie, ["/conversations", "/contacts"]))
        quiet = part(lambda: time.sleep(_QUIET_SECONDS))
        before = readings.highest(pid)
        pages: list[str] = []
        review = part(lambda: pages.append(_get(browser, address)))
        form = dict(_HIDDEN.findall(pages[0].rpartition("<form")[2]))
        confirm = part(lambda: _post(browser, f"{address}/confirm", form))
        return Confirmed(quiet, review, confirm, before, readings.highest(pid))


def _write(path: Path, people: int) -> int:
    """A draft that leaves tomorrow, so that nothing is sent meanwhile; its id."""
    from raspisms.extensions import db
    from raspisms.messaging import campaign_drafts
    from raspisms.messaging.campaign_content import AT, CampaignContent
    from raspisms.models import Member

    numbers = "\n".join(
        f"06 {n // 10_000:02} {n // 100 % 100:02} {n % 100:02} 10" for n in range(people)
    )
    at = (datetime.now(UTC) + timedelta(days=1)).strftime("%Y-%m-%dT12:00")
    content = CampaignContent(
        name="Rentrée", text=_TEMPLATE, recipients=numbers, phones=(1,), when=AT, at=at
    )
    with folders.household(path):
        return campaign_drafts.save(db.session.get_one(Member, 1), content).id


def _part(pid: int, readers: Readers, do: Callable[[], object]) -> Part:
    with readers.reading() as pages:
        begun, cpu = time.perf_counter(), readings.read(pid).cpu
        do()
        seconds, cpu = time.perf_counter() - begun, readings.read(pid).cpu - cpu
    return Part(seconds, cpu, pages[1:])


def _get(browser: requests.Session, address: str) -> str:
    answer = browser.get(address, timeout=120)
    answer.raise_for_status()
    return answer.text


def _post(browser: requests.Session, address: str, form: dict[str, str]) -> None:
    answer = browser.post(address, form, timeout=120, allow_redirects=False)
    if answer.status_code != 303:
        raise RuntimeError(f"the campaign is not confirmed: {answer.status_code}")


def _report_confirmed(people: int, one: Confirmed) -> None:
    print(f"{people:,} people")
    for name, part in (("reviewed", one.review), ("confirmed", one.confirm)):
        print(
            f"  {name} within {part.seconds:.2f} s (aim: under {_AIM_SECONDS:.2f}),"
            f" {part.cpu:.2f} s of processor time with the pages read meanwhile;"
            f" pages {_words(part.pages)}, else {_words(one.quiet.pages)}"
        )
    grown = (one.highest - one.before) / 1000
    print(f"  memory at most {one.highest / 1000:.0f} MB, {grown:.0f} MB more than before")


def _words(pages: list[float]) -> str:
    if not pages:
        return "none"
    late = quantiles([*pages, pages[-1]], n=20)[-1]
    return f"median {median(pages):.0f} ms, 95 of 100 within {late:.0f} ms"


def _report_pages(path: Path, messages: int) -> None:
    folders.prepare(path, folders.TEST)
    with rows.adding(path) as adding:
        past_campaigns.add(adding, REPORTS, messages)
    port = processes.free_port()
    with processes.running(processes.serve(port), folders.settings(path)) as pid:
        processes.wait_until_answers(port)
        readers = partial(Readers, port, 1, 0.0, logged_in(port))

        def cost(page: str) -> float:
            return processor_milliseconds(pid, readers([page]))

        print(f"processor time of a page, of {messages:,} messages")
        print(f"{'milliseconds, of people':28}" + "".join(f"{one:>10,}" for one in REPORTS))
        for name, page in OF_ONE.items():
            each = [cost(page.format(number)) for number, _ in enumerate(REPORTS, start=1)]
            told = "".join(f"{one:10.1f}" for one in each)
            print(f"{name:28}{told}  {each[-1] / each[0]:.2f} x (aim: at most {_AIM_RATIO:.2f})")
        for name, page in OF_ALL.items():
            print(f"{name:28}{cost(page):10.1f}  (aim: under {_AIM_STATISTICS:.0f})")


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.campaigns", description=__doc__)
    parser.add_argument("--messages", type=int, default=1_000_000, help="of the year (1000000)")
    parser.add_argument("--folder", help="where the databases go: on the disk to be measured")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()

"""Pictures of every page, small and large, by day and by night, in French and in English.

They show the household of the demonstration and lie in one folder, with index.html to look at them
beside each other, and a picture of each page's row in sheets/.
"""

import argparse
import tempfile
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from raspisms.messaging import passwords
from raspisms.simulator import Simulator
from tests.browser.home import Demonstration
from tests.browser.pages import pages_of
from tests.screenshots import documents, sheets
from tests.screenshots.camera import LANGUAGES, Shot, shots, take


def main(arguments: list[str] | None = None) -> None:
    options = _options(arguments)
    folder: Path = options.folder
    folder.mkdir(parents=True, exist_ok=True)
    # The same household is made and asked again and again: its passwords guard nothing.
    passwords.METHOD = "scrypt:1024:8:1"
    with (
        tempfile.TemporaryDirectory(prefix="raspisms-screenshots-") as place,
        Simulator(delivery_delay=0.2) as simulator,
    ):
        home = Demonstration(Path(place), simulator)
        with home.served:
            _take(home, options, folder)
        home.close()


def _take(home: Demonstration, options: argparse.Namespace, folder: Path) -> None:
    if options.docs:
        documents.write(home.url, home.storage, folder)
        return
    paths = pages_of(home) | {"auth.login": "/login"}
    if options.page:
        paths = {name: path for name, path in paths.items() if name in options.page}
        missing = set(options.page) - paths.keys()
        assert not missing, f"no such page: {', '.join(missing)}; there are {', '.join(paths)}"
    # One Chromium for each core.
    with ProcessPoolExecutor(len(LANGUAGES)) as pool:
        work = partial(take, home.url, home.storage, paths, folder)
        taken: list[Shot] = [shot for some in pool.map(work, LANGUAGES) for shot in some]
    assert len(taken) == len(list(shots(paths))) * len(LANGUAGES)
    sheets.write(taken, folder)
    print(f"{len(taken)} pictures of {len(paths)} pages: {folder / 'index.html'}")


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.screenshots", description=__doc__)
    default = Path(tempfile.gettempdir()) / "raspisms-screenshots"
    parser.add_argument("--folder", type=Path, help=f"where they go ({default})")
    parser.add_argument("--page", action="append", help="only this one, such as write; repeatable")
    parser.add_argument("--docs", action="store_true", help="only those of the documents")
    options = parser.parse_args(arguments)
    options.folder = options.folder or (documents.FOLDER if options.docs else default)
    return options


if __name__ == "__main__":
    main()

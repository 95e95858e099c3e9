"""What a text does beside filters and functions: names, keys, loops, blocks, writing.

Each is called from the code that Jinja makes of the tree, with the run first.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from raspisms.sms.php import conversion
from raspisms.sms.templating import lists, tree, values
from raspisms.sms.templating.run import Run


def write(run: Run, value: object) -> str:
    """What a value is in the text; a list is "Array" there, as PHP writes it."""
    if isinstance(value, list | dict):
        return run.write("Array")
    return run.write(run.text(value))


def name(run: Run, called: str) -> object:
    run.step()
    return run.known.get(called)


def known(run: Run, called: str) -> bool:
    run.step()
    return called in run.known


def get(run: Run, value: object, key: object) -> object:
    run.step()
    return values.get(value, key)


def has(run: Run, value: object, key: object) -> bool:
    run.step()
    return values.has(value, key)


def slice_(run: Run, value: object, start: object, length: object) -> object:
    run.handle(value)
    return lists.slice_(run, value, start, length)


def truth(run: Run, value: object) -> bool:
    run.step()
    return conversion.truth(value)


def list_(run: Run, items: list[object]) -> object:
    return run.kept(items)


def map_(run: Run, _: object, *keys_and_values: object) -> object:
    keys = [values.key(key) for key in keys_and_values[::2]]
    return run.kept(dict(zip(keys, keys_and_values[1::2], strict=True)))


def set_(run: Run, given: Sequence[object], *called: str) -> None:
    run.step()
    run.known.update(zip(called, map(run.kept, given), strict=True))


def loop(run: Run, over: object, value_name: str, key_name: str | None) -> Iterator[None]:
    """Go round once for each entry; the body finds it, and ``loop``, among the names.

    As in Twig, a name that was there before the loop keeps what the loop gives it, all others
    are gone after it.
    """
    run.handle(over)
    outer = dict(run.known)
    entries = values.entries(over)
    last = len(entries) - 1
    for position, (key, value) in enumerate(entries):
        run.round()
        if key_name is not None:
            run.known[key_name] = key
        run.known[value_name] = value
        run.known["loop"] = {
            "index": position + 1,
            "index0": position,
            "revindex": last - position + 1,
            "revindex0": last - position,
            "first": position == 0,
            "last": position == last,
            "length": last + 1,
            "parent": outer,
        }
        yield
    run.known = outer | {
        name: value
        for name, value in run.known.items()
        if name in outer and name not in (key_name, value_name, "loop")
    }


def keep_block(run: Run, written: str, called: str) -> str:
    """Let a name mean what a block has written; nothing is written itself."""
    run.known[called] = run.kept(written)
    return ""


def any_(run: Run, value: object) -> tuple[object]:
    """A box with the value."""
    run.step()
    return (value,)


def if_true(run: Run, value: object) -> tuple[object] | None:
    """A box with the value if it counts as true."""
    run.step()
    return (value,) if conversion.truth(value) else None


def if_not_null(run: Run, value: object) -> tuple[object] | None:
    """A box with the value if it is anything."""
    run.step()
    return None if value is None else (value,)


def chosen(run: Run, box: tuple[object]) -> object:
    """What is in the box."""
    return box[0]


CORE: dict[str, Callable[..., Any]] = {
    tree.NAME: name,
    tree.KNOWN: known,
    tree.GET: get,
    tree.HAS: has,
    tree.SLICE: slice_,
    tree.TRUTH: truth,
    tree.LIST: list_,
    tree.MAP: map_,
    tree.SET: set_,
    tree.LOOP: loop,
    tree.KEEP_BLOCK: keep_block,
    tree.WRITE_BLOCK: write,
    tree.ANY: any_,
    tree.IF_TRUE: if_true,
    tree.IF_NOT_NULL: if_not_null,
    tree.CHOSEN: chosen,
}

"""Whatever is typed: something to look for, or a sentence; and the same rules as the index's."""

import sqlite3
from contextlib import closing

from hypothesis import given, settings
from hypothesis import strategies as st

from raspisms.errors import Invalid
from raspisms.messaging import full_text
from raspisms.messaging.search_words import Words, read

signs = st.sampled_from(
    [*"\"“”«»„*^()-+:{}\\'", " ", "\x00", "œ", "ß", "É", "e\u0301", "👍", "€", "\ue000"]
)
queries = st.one_of(
    st.text(max_size=250),
    st.lists(st.one_of(signs, st.sampled_from(["NEAR(", "AND", "OR", "NOT", "body"])), max_size=40)
    .map("".join),
)  # fmt: skip
texts = st.one_of(st.text(max_size=200), st.lists(signs, max_size=60).map("".join))
latin = st.text("abcdeéèêëçàùïôœßÆXYZ0189", min_size=1, max_size=12)

#: Each example opens a database: on a busy machine that may take a while.
unhurried = settings(deadline=None, max_examples=50)


def understood(typed: str) -> Words:
    try:
        return read(typed)
    except Invalid:
        return Words()


@unhurried
@given(queries, texts)
def test_any_query_finds_or_does_not_find_and_is_no_error(typed: str, text: str) -> None:
    words = understood(typed)
    if words.words:
        assert full_text.matching({1: text}, words) in ([], [1])


@unhurried
@given(queries, texts)
def test_a_text_keeps_every_sign_when_words_are_marked(typed: str, text: str) -> None:
    pieces = full_text.marked({1: text}, understood(typed))[1]
    assert "".join(piece.text for piece in pieces) == text


@unhurried
@given(queries, texts)
def test_what_matches_matches_roughly_too(typed: str, text: str) -> None:
    words = understood(typed)
    if not words.words or not full_text.matching({1: text}, words):
        return
    with closing(full_text._index_of({1: text})) as index:
        query = "SELECT count(*) FROM passage WHERE passage MATCH ?"
        assert index.execute(query, (full_text.rough_expression(words, "body"),)).fetchone() == (1,)


@unhurried
@given(st.lists(latin, min_size=1, max_size=8), st.data())
def test_the_beginning_of_each_word_of_a_text_finds_and_marks_it(
    words: list[str], data: st.DataObject
) -> None:
    text = data.draw(st.sampled_from([" ", "-", "’", ", "])).join(words)
    one = data.draw(st.sampled_from(words))
    start = one[: data.draw(st.integers(1, len(one)))]
    for typed in (start, start.upper(), start.lower()):
        wanted = read(typed)
        assert full_text.matching({1: text}, wanted) == [1]
        assert any(piece.found for piece in full_text.marked({1: text}, wanted)[1])


@unhurried
@given(st.text(max_size=40))
def test_quotes_mean_nothing_but_quotes(text: str) -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE VIRTUAL TABLE one USING fts5(body)")
        words = understood(f'"{text}')
        if words.words:
            expression = full_text.expression(words, "body")
            connection.execute("SELECT * FROM one WHERE one MATCH ?", (expression,)).fetchall()

"""Going through the tokens of a text, one after the other."""

from collections.abc import Iterator

from jinja2.lexer import Token, TokenStream

from raspisms.sms.templating.suggestions import unexpected


class Reader:
    """Where the reading of a text has come to."""

    def __init__(self, stream: TokenStream) -> None:
        self.stream = stream

    def at(self, *values: str) -> bool:
        """Whether one of these operators or words comes next."""
        return self.stream.current.type in ("operator", "name") and (
            self.stream.current.value in values
        )

    def skip(self, value: str) -> bool:
        """Go past an operator or a word, if it comes next."""
        if self.at(value):
            next(self.stream)
            return True
        return False

    def expect(self, value: str) -> Token:
        """Go past an operator or a word that must come next."""
        if not self.at(value):
            raise unexpected(self.stream.current, value)
        return next(self.stream)

    def each_until(self, end: str) -> Iterator[None]:
        """Go round for each of what has commas between, and perhaps one behind, up to ``end``."""
        while not self.skip(end):
            yield
            if not self.at(end):
                self.expect(",")

    def name(self) -> str:
        """A name that must come next."""
        if self.stream.current.type != "name":
            raise unexpected(self.stream.current)
        return next(self.stream).value

"""Parsing XML that nobody vouches for: expat, without document types, so without entities to expand or fetch."""

from collections.abc import Callable, Generator
from typing import NamedTuple
from xml.parsers import expat

from lontar.harmonise.reading.unpacking import Unreadable

Attributes = dict[str, str]


class Listener(NamedTuple):
    """What is called for each start of an element, end of one, and stretch of text; names come without prefix."""

    start: Callable[[str, Attributes], None]
    end: Callable[[str], None]
    text: Callable[[str], None]


def parse(chunks: Generator[bytes, None, None], listener: Listener, expected: str) -> None:
    """Parse one part, and close it; raises Unreadable where it is not well formed or brings a document type (`expected` is the format).

    A document type is what entity bombs and outside files need; no office program writes one.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_for(expected)
    parser.StartElementHandler = lambda name, attributes: listener.start(local(name), attributes)
    parser.EndElementHandler = lambda name: listener.end(local(name))
    parser.CharacterDataHandler = listener.text
    try:
        for chunk in chunks:
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        detail = f"its XML is damaged: {expat.ErrorString(error.code)}"
        raise Unreadable("wrong_format", expected=expected, detail=detail) from error
    except (LookupError, ValueError) as error:
        detail = "its XML names an encoding that cannot be read"
        raise Unreadable("wrong_format", expected=expected, detail=detail) from error
    finally:
        chunks.close()


def local(name: str) -> str:
    """A name without the prefix of its namespace."""
    return name.rpartition(":")[2]


def whole(attributes: Attributes, name: str, otherwise: int = 0) -> int:
    """A whole number among the attributes; what is no such number counts as not being there."""
    return number_of(attributes.get(name, ""), otherwise)


def number_of(text: str, otherwise: int = 0) -> int:
    """The whole number that a text of digits says."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else otherwise


def _refuse_for(expected: str) -> Callable[..., None]:
    def refuse(*_: object) -> None:
        raise Unreadable(
            "wrong_format", expected=expected, detail="its XML has a document type, which no workbook needs"
        )

    return refuse

"""Taking out of a sheet's XML what says no more than its values, so that only the rest needs parsing."""

import re
from collections.abc import Collection, Generator, Iterator

_MOST_NAMED = 200
"""Styles or strings that an expression may name; beyond, every cell with a style or string is parsed."""
_TEMPLATE = rb"""
    (?:<c\ r="[A-Z]++[0-9]++"%(style)b
      (?: /> | > (?:%(number)b)?+ </c>
        | \ t="n" %(style)b > (?:%(number)b)?+ </c>
        | \ t="s" %(style)b > <v>%(string)b[0-9]++</v> </c>
        | \ t="(?:b|d)" %(style)b > <v>[^<&]++</v> </c>
        | \ t="str" %(style)b > (?:%(formula)b)?+ <v>[^<]*+</v> </c>
        | \ t="inlineStr" %(style)b > <is><t(?:\ xml:space="preserve")?+>[^<]*+</t></is> </c>
      ))++
"""
PLAIN_ROWS = re.compile(
    rb"""
    <table:table-row(?:\ table:style-name="[^"<]*+")?+>
      (?:<table:table-cell
        (?:\ table:style-name="[^"<]*+")?+ (?:\ table:number-columns-repeated="[0-9]++")?+
        (?: (?:\ table:content-validation-name="[^"<]*+")?+ />
          | (?:\ table:formula="[^"<]*+")?+
            \ office:value-type="(?:float|string|date|time|currency|boolean)"
            (?:\ office:(?:value|date-value|time-value|boolean-value|string-value|currency)="[^"<]*+")*+
            (?:\ calcext:value-type="(?:float|string|date|time|currency|boolean)")?+
            (?: /> | ><text:p>(?!\#|Err:)[^<]*+</text:p></table:table-cell>)
      ))++
    </table:table-row>""",
    re.VERBOSE,
)
"""Rows of an OpenDocument sheet whose cells say no more than their value, whatever their style; to be put as `EMPTY_ROW`."""
EMPTY_ROW = b"<table:table-row/>"
_FORMULA = rb"<f>[^<]*+</f>"
_NUMBER = rb"(?:<f>[^<]*+</f>)?+<v>[^<&]++</v>"


def thinned(
    chunks: Iterator[bytes], plain: re.Pattern[bytes], instead: bytes
) -> Generator[bytes, None, None]:
    """The XML of a sheet with `instead` in place of whatever is plain.

    What goes and what comes are whole elements, so what stays is well formed if the sheet was. What is written in any
    unusual way stays.
    """
    kept, may_thin = b"", True
    for chunk in chunks:
        if not kept:
            may_thin = may_thin and _is_ascii_like(chunk)
        kept += chunk
        # In a CDATA section the same signs would be text.
        may_thin = may_thin and b"<![CDATA[" not in kept
        cut = kept.rfind(b"<")
        if not may_thin or cut <= 0:
            yield kept
            kept = b""
            continue
        yield plain.sub(instead, kept[:cut])
        kept = kept[cut:]
    yield kept


def _is_ascii_like(chunk: bytes) -> bool:
    """Whether signs are bytes here: not so in UTF-16."""
    return chunk[:1] == b"<" or chunk[:4] == b"\xef\xbb\xbf<"


def plain_cells(styles: Collection[int], strings: Collection[int]) -> re.Pattern[bytes]:
    """Cells of an Excel sheet that are named, say no more than their value, and have none of these styles and shared strings."""
    if 0 in styles:  # the style of every cell that names none
        return re.compile(rb"(?!)")
    named = _without(styles)
    style = rb'(?:\ s="' + named + rb'[0-9]++")?+' if named is not None else b""
    string = _without(strings, rb"<")
    parts = {
        b"style": style, b"number": _NUMBER, b"formula": _FORMULA,
        b"string": string if string is not None else rb"(?!)",
    }  # fmt: skip
    return re.compile(_TEMPLATE % parts, re.VERBOSE)


def _without(numbers: Collection[int], end: bytes = rb'"') -> bytes | None:
    """An expression that none of these numbers passes; None where they are too many to be named."""
    if len(numbers) > _MOST_NAMED:
        return None
    return (
        rb"(?!0*(?:" + b"|".join(b"%d" % n for n in sorted(numbers)) + rb")" + end + rb")" if numbers else b""
    )

"""The sentences that the source says when something is wrong, read from the source; `…` stands for what was found."""

import ast
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import lontar

SOURCE = Path(lontar.__file__).parent
FOUND = "…"
CODE = re.compile(r"\b(?!SHA|AES)[A-Z]{3}-\d{3}\b")
_CLOSEST = "It names the closest of what is allowed."
_REMEDIES = {"closest": _CLOSEST, "near": _CLOSEST, "_closest": _CLOSEST}
"""Functions that write a remedy, and what they write."""


class Form(NamedTuple):
    """One sentence under a code, with its remedy."""

    code: str
    message: str
    remedy: str

    def fits(self, sentence: str) -> bool:
        """Say whether a sentence is of this form."""
        pattern = ".+".join(map(re.escape, self.message.split(FOUND)))
        return re.search(pattern, sentence) is not None


def codes_said(folder: Path = SOURCE) -> set[str]:
    """Every code that stands anywhere in the source."""
    return {code for path in sorted(folder.rglob("*.py")) for code in CODE.findall(path.read_text("utf-8"))}


@cache
def forms(folder: Path = SOURCE) -> tuple[Form, ...]:
    """Every sentence that the source says under a code, in its order, each once."""
    found: dict[Form, None] = {}
    for path in sorted(folder.rglob("*.py")):
        module = ast.parse(path.read_text("utf-8"))
        for function in _functions(module):
            found |= dict.fromkeys(_forms_of(function, module))
    return tuple(form for form in found if form.message.strip(f"{FOUND}.: "))


def _functions(module: ast.Module) -> list[ast.FunctionDef]:
    return [node for node in ast.walk(module) if isinstance(node, ast.FunctionDef)]


def _forms_of(function: ast.FunctionDef, module: ast.Module) -> Iterator[Form]:
    said = _Said(function)
    for node in ast.walk(function):
        match node:
            case ast.Call():
                yield from _called(node, said, module)
            case ast.Return(value=ast.Tuple(elts=[message, remedy, *_])) if function.name == "in_plain_words":
                yield from said.forms("CAT-004", message, remedy)
            case ast.Raise(exc=ast.Call(func=ast.Name(id="ValueError"), args=[message])) if (
                function.name == "__post_init__"
            ):
                yield from said.forms("CAT-004", message, None)


def _called(call: ast.Call, said: "_Said", module: ast.Module) -> Iterator[Form]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name == "Complaint" and len(call.args) > 1:
        yield from said.forms("CAT-040", call.args[0], call.args[1])
        return
    for at, argument in enumerate(call.args):
        code = said.code(argument)
        if code is None:
            continue
        words = call.args[at + 2 :] if name[:1].isupper() else call.args[at + 1 :]
        if words:
            yield from said.forms(code, words[0], words[1] if len(words) > 1 else None)
        else:
            yield from _passed_on(name, code, module)


def _passed_on(name: str, code: str, module: ast.Module) -> Iterator[Form]:
    """The sentences of a function of the same module that is given the code."""
    for function in _functions(module):
        if function.name == name:
            for form in _forms_of(function, module):
                yield form._replace(code=code)


class _Said:
    """What the names of a function stand for, as far as its own lines say."""

    def __init__(self, function: ast.FunctionDef) -> None:
        self._texts: dict[str, list[ast.expr]] = {}
        self._choices = [node for node in ast.walk(function) if isinstance(node, ast.If | ast.Try)]
        for node in ast.walk(function):
            if isinstance(node, ast.Assign):
                for target in node.targets:
                    self._assign(target, node.value)
        arguments = [*function.args.posonlyargs, *function.args.args]
        defaults = function.args.defaults
        named = zip(arguments[len(arguments) - len(defaults) :], defaults, strict=True)
        self._defaults = {argument.arg: value for argument, value in named}

    def _values(self, name: ast.Name) -> list[ast.expr]:
        """What a name was last set to above this line; both, where that depended on something."""
        told = sorted(self._texts.get(name.id, []), key=lambda value: value.lineno)
        above = [value for value in told if value.lineno < name.lineno]
        if not above:
            return []
        choice = next((c for c in self._choices if _holds(c, above[-1]) and not _holds(c, name)), None)
        return [value for value in above if _holds(choice, value)] if choice is not None else above[-1:]

    def _assign(self, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Name):
            self._texts.setdefault(target.id, []).append(value)
        elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
            for one, part in zip(target.elts, value.elts, strict=True):
                self._assign(one, part)

    def code(self, argument: ast.expr) -> str | None:
        """The code that an argument is, if it is one."""
        if isinstance(argument, ast.Name):
            argument = self._defaults.get(argument.id, argument)
        value = argument.value if isinstance(argument, ast.Constant) else None
        return value if isinstance(value, str) and CODE.fullmatch(value) else None

    def forms(self, code: str, message: ast.expr, remedy: ast.expr | None) -> Iterator[Form]:
        """Each way in which the two can read."""
        for told in self._readings(message):
            for mending in self._readings(remedy) if remedy is not None else ("",):
                yield Form(code, " ".join(told.split()), " ".join(mending.split()))

    def _readings(self, text: ast.expr) -> list[str]:
        match text:
            case ast.Constant(value=str() as value):
                return [value]
            case ast.JoinedStr(values=values):
                return _joined(self._readings(value) for value in values)
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                return _joined([self._readings(left), self._readings(right)])
            case ast.IfExp(body=body, orelse=other):
                return [*self._readings(body), *self._readings(other)]
            case ast.FormattedValue(value=ast.IfExp(body=body, orelse=other)) if _are_texts(body, other):
                return [*self._readings(body), *self._readings(other)]
            case ast.FormattedValue(value=ast.Name() as name) if _are_texts(*self._values(name)):
                return self._readings(name)
            case ast.Name() as name if values := self._values(name):
                return [reading for value in values for reading in self._readings(value)]
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name in _REMEDIES:
                return [_REMEDIES[name]]
        return [FOUND]


def _holds(outer: ast.stmt, inner: ast.expr) -> bool:
    return outer.lineno <= inner.lineno <= (outer.end_lineno or outer.lineno)


def _are_texts(*values: ast.expr) -> bool:
    """Whether these are texts as they stand, so that each is a reading of its own."""
    return bool(values) and all(
        _are_texts(value.body, value.orelse)
        if isinstance(value, ast.IfExp)
        else isinstance(value, ast.Constant | ast.JoinedStr)
        for value in values
    )


def _joined(parts: Iterable[list[str]]) -> list[str]:
    """Every text that takes one reading of each part, in order."""
    whole = [""]
    for part in parts:
        whole = [before + reading for before in whole for reading in part]
    return whole

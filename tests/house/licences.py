"""Which licences stand behind what Lontar runs on. `python -m tests.house.licences` lists them; exit status 1 if one may not stay."""

import re
import sys
from collections.abc import Iterator
from email.message import Message
from importlib.metadata import PackageNotFoundError, distribution
from typing import NamedTuple, cast

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PERMITTED = {
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "CC0-1.0",
    "ISC",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "PSF-2.0",
    "Python-2.0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
}
# LGPL libraries, installed unmodified and replaceable by whoever runs Lontar.
UNMODIFIED_LIBRARIES = {"docxtpl", "psycopg", "psycopg-binary", "pycountry"}

# What was read in the files of packages whose statement is not one of these: qrcode holds a part under MIT, and says that the name of
# the code is a trademark.
READ = {"qrcode": "BSD-3-Clause AND MIT"}

# What older packages write where an SPDX expression belongs: trove classifiers, then free text.
_OLD_NAMES = {
    "Apache 2.0": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD": "BSD-3-Clause",
    "BSD License": "BSD-3-Clause",
    "GNU Affero General Public License v3": "AGPL-3.0-only",
    "GNU General Public License v3 (GPLv3)": "GPL-3.0-only",
    "GNU Lesser General Public License v3 (LGPLv3)": "LGPL-3.0-only",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
    "The Unlicense (Unlicense)": "Unlicense",
}


class Licensed(NamedTuple):
    """An installed distribution and its licence as an SPDX expression; empty if it states none."""

    name: str
    version: str
    licence: str


def runtime_closure(root: str = "lontar") -> list[Licensed]:
    """What is installed because `root` needs it at run time, `root` left out."""
    found: dict[str, Licensed] = {}
    seen: set[tuple[str, str]] = set()
    waiting = list(_needed_by(root, ""))
    while waiting:
        name, extra = waiting.pop()
        if (name, extra) in seen:
            continue
        seen.add((name, extra))
        try:
            installed = distribution(name)
        except PackageNotFoundError:
            found[name] = Licensed(name, "not installed", "")
            continue
        licence = READ.get(name) or stated_licence(cast(Message, installed.metadata))
        found[name] = Licensed(name, installed.version, licence)
        waiting.extend(_needed_by(name, extra))
    return sorted(found.values())


def _needed_by(name: str, extra: str) -> Iterator[tuple[str, str]]:
    """Each package that this one needs with an extra ('' for none), once for itself and once for each extra of its own."""
    for line in distribution(name).requires or []:
        requirement = Requirement(line)
        if requirement.marker is None or requirement.marker.evaluate({"extra": extra}):
            yield from (
                (canonicalize_name(requirement.name), one) for one in ("", *sorted(requirement.extras))
            )


def stated_licence(metadata: Message) -> str:
    """The licence as an SPDX expression, from the field made for it, else the classifiers, else the free text."""
    expression = metadata.get("License-Expression")
    if expression:
        return str(expression)
    classifiers = [
        str(line).split(" :: ")[-1]
        for line in metadata.get_all("Classifier", [])
        if str(line).startswith("License :: ")
    ]
    names = [_OLD_NAMES.get(name, name) for name in classifiers if name != "OSI Approved"]
    if names:
        return " AND ".join(names)
    text = str(metadata.get("License") or "").strip()
    return _OLD_NAMES.get(text, text)


def objection(package: Licensed) -> str | None:
    """Why the package may not stay, in one sentence; None if it may."""
    if not package.licence:
        return f"{package.name} {package.version} states no licence: read its files and replace it, or get it to state one."
    if _is_permitted(package.licence, package.name):
        return None
    return (
        f"{package.name} {package.version} is under '{package.licence}', which Lontar may not need at run time: "
        "choose another library, or add the licence to tests/house/licences.py with a decision page."
    )


def _is_permitted(expression: str, name: str) -> bool:
    """Any alternative will do (OR), each part of it must (AND); parentheses do not occur beyond these two depths."""
    alternatives = re.split(r"\s+OR\s+", expression.replace("(", " ").replace(")", " "))
    return any(
        all(_is_term_permitted(term, name) for term in re.split(r"\s+AND\s+", option))
        for option in alternatives
    )


def _is_term_permitted(term: str, name: str) -> bool:
    licence = term.strip().split(" WITH ")[0]
    if licence in PERMITTED:
        return True
    return licence.startswith("LGPL-") and name in UNMODIFIED_LIBRARIES


def main() -> int:
    """Print the licence of each runtime package, and what is wrong with any."""
    packages = runtime_closure()
    for package in packages:
        print(f"{package.name:20} {package.version:12} {package.licence}")
    objections = [sentence for package in packages if (sentence := objection(package))]
    for sentence in objections:
        print(f"lontar: {sentence}", file=sys.stderr)
    return 1 if objections else 0


if __name__ == "__main__":
    sys.exit(main())

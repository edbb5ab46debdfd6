"""Where things stand in the checkout, and which of its files are ours to judge."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "lontar"
DOCS = ROOT / "docs"
EXAMPLES = ROOT / "examples"
CATALOGUE = ROOT / "catalogue"

_TEXT = {
    ".py",
    ".md",
    ".toml",
    ".yml",
    ".yaml",
    ".txt",
    ".in",
    ".json",
    ".cfg",
    ".ini",
    ".sh",
    ".svg",
    ".html",
    ".css",
    ".js",
    "",
}


def project_files() -> list[Path]:
    """Every file that is, or is about to be, part of the project (what the ignore list names is not)."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    paths = (ROOT / name for name in sorted(set(listing.stdout.split("\0"))) if name)
    return [path for path in paths if path.is_file()]


def written_files() -> Iterator[Path]:
    """Files whose words are ours: source, tests, documents, catalogue; neither examples nor lock files nor data."""
    for path in project_files():
        inside = path.relative_to(ROOT)
        is_received = inside.parts[0] == "examples" and path.name != "SOURCE.yml"
        is_lock = inside.parts[0] == "requirements" and path.suffix == ".txt"
        if path.suffix in _TEXT and not is_received and not is_lock and path.name != "LICENSE":
            yield path


def source_files() -> list[Path]:
    """The Python files of the rooms."""
    return sorted(SOURCE.rglob("*.py"))


def rooms() -> set[str]:
    """The rooms that are built: packages and modules directly under src/lontar."""
    packages = {path.parent.name for path in SOURCE.glob("*/__init__.py")}
    return packages | {path.stem for path in SOURCE.glob("*.py") if path.stem not in ("__init__", "__main__")}


def place(path: Path) -> str:
    """The path as a reader of the checkout would say it."""
    return path.relative_to(ROOT).as_posix()

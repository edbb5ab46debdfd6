"""Write the golden files anew: `.venv/bin/python -m tests.golden`. Then read the difference before you commit it."""

import tempfile
from pathlib import Path

from tests.factories import FAMILIES, harmonise_family, read_output
from tests.golden.chosen import FOLDER, golden_texts


def main() -> None:
    texts: dict[Path, str] = {}
    with tempfile.TemporaryDirectory() as folder:
        for number, mapping in enumerate(FAMILIES):
            texts |= golden_texts(mapping, read_output(harmonise_family(mapping, Path(folder) / str(number))))
    for old in (*FOLDER.glob("*.csv"), *FOLDER.glob("*.json")):
        old.unlink()
    for path, text in texts.items():
        path.write_text(text, "utf-8")
    print(f"{len(texts)} golden files written")


if __name__ == "__main__":
    main()

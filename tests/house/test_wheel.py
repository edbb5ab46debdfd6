"""The wheel holds what an installation needs: the rooms and the catalogue they read, and nothing else."""

import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

import lontar
from tests.house.places import CATALOGUE, ROOT, SOURCE, project_files


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    return set(ZipFile(wheel).namelist())


def inside(folder: Path, wheel_folder: str) -> set[str]:
    """The project's files under that folder, named as the wheel names them."""
    return {
        f"{wheel_folder}/{path.relative_to(folder).as_posix()}"
        for path in project_files()
        if folder in path.parents
    }


def test_wheel_ships_the_rooms_and_the_catalogue(shipped: set[str]) -> None:
    expected = inside(SOURCE, "lontar") | inside(CATALOGUE, "lontar/_catalogue")
    assert any(name.startswith("lontar/_catalogue/") for name in expected)
    assert expected - shipped == set()


def test_wheel_ships_nothing_else(shipped: set[str]) -> None:
    assert {name.partition("/")[0] for name in shipped} == {
        "lontar",
        f"lontar-{lontar.__version__}.dist-info",
    }
    assert [name for name in shipped if name.endswith((".pyc", ".toml")) and "dist-info" not in name] == []

"""The language of the rules: what may be compared, what is told of what may not, and that the readings agree on every test."""

from pathlib import Path

import msgspec
import pytest

from lontar.catalogue import open_catalogue
from lontar.catalogue.policies import check_policies, read_rules
from lontar.model.policy.language import Condition
from lontar.model.policy.typing import complaints

GOOD = open_catalogue().root / "policies"


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ({"holds": "viewer.nationality"}, "'viewer.nationality' is no fact"),
        ({"holds": "thing.mark"}, "'thing.mark' is no flag"),
        ({"equals": ["thing.mark", "SECRET"]}, "'thing.mark' cannot be compared so with 'SECRET'"),
        ({"equals": ["viewer.participant", "XA"]}, "'viewer.participant' cannot be compared so with 'XA'"),
        ({"equals": ["viewer.agencies", "thing.agency"]}, "'viewer.agencies' cannot be compared so with 'thing.agency'"),
        ({"among": ["thing.mark", ["GREEN", "SECRET"]]}, "'thing.mark' cannot be compared so with ('GREEN', 'SECRET')"),
        ({"has": ["thing.mark", "GREEN"]}, "'thing.mark' cannot be compared so with 'GREEN'"),
        ({"has": ["viewer.roles", "king"]}, "'viewer.roles' cannot be compared so with 'king'"),
        ({"meets": ["viewer.allegiance", "thing.shared_with"]}, "'viewer.allegiance' cannot be compared so with 'thing.shared_with'"),
        ({"meets": ["viewer.roles", []]}, "'viewer.roles' cannot be compared so with ()"),
        ({"within": ["viewer.agencies", "thing.named"]}, "'viewer.agencies' cannot be compared so with 'thing.named'"),
        ({"precedes": ["reading.now", "reading.grain"]}, "'reading.now' cannot be compared so with 'reading.grain'"),
        ({"precedes": ["thing.mark", "reading.grain"]}, "'thing.mark' cannot be compared so with 'reading.grain'"),
        ({"any": [{"not": {"all": [{"holds": "moon"}]}}]}, "'moon' is no fact"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_told(condition: dict[str, object], said: str) -> None:
    assert [clause for _, clause in complaints(msgspec.convert(condition, Condition))] == [said]


@pytest.mark.parametrize(
    "condition",
    [
        {},
        {"holds": "thing.recalled", "equals": ["thing.mark", "RED"]},
        {"all": []},
        {"holds": 3},
        {"xor": []},
    ],
)
def test_a_condition_is_exactly_one_test(condition: dict[str, object]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(condition, Condition)


def catalogue_with(folder: Path, **rules: str) -> Path:
    """A copy of the catalogue's folder, with these rules instead of the first."""
    (folder / "policies").mkdir()
    for path in open_catalogue().root.iterdir():
        if path.name != "policies":
            (folder / path.name).symlink_to(path)
    for path in GOOD.iterdir():
        if path.stem != "sh-01":
            (folder / "policies" / path.name).symlink_to(path)
    for name, text in rules.items():
        (folder / "policies" / f"{name}.yml").write_text(text)
    return folder


FIRST = (GOOD / "sh-01.yml").read_text("utf-8")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (FIRST.replace("id: SH-01", "id: SH-99"), "the id is 'SH-99', the file is called 'sh1'"),
        (FIRST.replace("thing.owner]", "thing.mark]"), "'viewer.participant' cannot be compared so with 'thing.mark'"),
        (FIRST.replace("effect: permit", "effect: maybe"), "effect"),
        (FIRST.replace("when:", "if:"), "there is no 'if' here"),
        (FIRST[: FIRST.index("when:")] + "when: []\n" + FIRST[FIRST.index("source:") :], "a rule without a condition"),
    ],
)  # fmt: skip
def test_a_broken_rule_is_told_with_its_line(text: str, said: str, tmp_path: Path) -> None:
    folder = catalogue_with(tmp_path, sh1=text)
    found = [problem for problem in check_policies(open_catalogue(folder)) if said in problem.message]
    assert len(found) == 1
    assert ", line " in found[0].place


def test_a_catalogue_without_rules_is_no_catalogue(tmp_path: Path) -> None:
    from lontar.model.errors import CatalogueProblem

    with pytest.raises(CatalogueProblem, match="there is no rule"):
        read_rules(tmp_path)

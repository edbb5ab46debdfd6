"""What went wrong says where, what, and how to mend it."""

from lontar.model.errors import CatalogueProblem, LontarError, Refused


def test_the_sentence_of_an_error() -> None:
    full = CatalogueProblem("CAT-001", "a.yml, line 3", "there is no 'x'.", "Closest: y.")
    assert str(full) == "[CAT-001] a.yml, line 3: there is no 'x'. Closest: y."
    assert str(LontarError("L-1", "", "it broke.")) == "[L-1] it broke."


def test_a_refusal_carries_its_rules() -> None:
    assert Refused("REF-1", "", "no.", rules=("SH-10",)).rules == ("SH-10",)

"""Groups as numbers, against sorting whole rows."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lontar.warehouse.grouping import firsts, grouped, size_of

NEAR, FAR = st.integers(-3, 3), st.sampled_from([-(2**31), -5, 0, 7, 2**31 - 1])
WIDEST = st.sampled_from([-(2**62), 0, 1, 2**62 - 1])


@given(st.lists(st.tuples(NEAR, FAR, WIDEST, NEAR), max_size=40), st.integers(1, 4))
def test_rows_that_agree_have_one_number_in_the_order_of_what_they_agree_in(rows, width):
    columns = np.array(rows, np.int64).reshape(-1, 4)[:, :width]
    told = grouped(*columns.T)
    if not len(columns):
        assert not len(told)
        return
    _, first, place = np.unique(columns, axis=0, return_index=True, return_inverse=True)
    assert told.tolist() == place.ravel().tolist()
    assert firsts(told).tolist() == first.tolist()
    assert size_of(told) == len(first)


def test_many_rows_of_few_groups_and_few_rows_of_far_numbers_are_grouped_alike():
    random = np.random.default_rng(7)
    for high in (5, 10**9):
        column = random.integers(0, high, 2000)
        assert (grouped(column) == np.unique(column, return_inverse=True)[1]).all()


@pytest.mark.parametrize("kind", [np.int32, np.int64])
def test_no_rows_are_no_groups(kind):
    none = np.zeros(0, kind)
    assert size_of(grouped(none, none)) == 0
    assert len(firsts(grouped(none))) == 0

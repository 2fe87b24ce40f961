"""Ids sort by time and never meet."""

import re
import time

from neural_threads.platform.ids import new_id


def test_an_id_is_a_cuid_of_25_characters():
    assert re.fullmatch(r"c[0-9a-z]{24}", new_id())


def test_ids_sort_by_the_time_they_were_made():
    earlier = new_id()
    time.sleep(0.002)
    assert earlier < new_id()


def test_no_two_ids_are_alike():
    assert len({new_id() for _ in range(50_000)}) == 50_000

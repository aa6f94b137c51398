import pytest

from order import CircleError, build_order


def test_what_is_needed_comes_first():
    assert build_order({"app": ["lib", "log"], "lib": ["log"], "log": []}) == ["log", "lib", "app"]


def test_the_smallest_name_comes_first_where_there_is_a_choice():
    assert build_order({"c": [], "a": [], "b": []}) == ["a", "b", "c"]


def test_names_that_are_only_needed_count():
    assert build_order({"app": ["zlib"]}) == ["zlib", "app"]


def test_nothing_is_in_order():
    assert build_order({}) == []


def test_tells_the_circle_and_not_what_waits_for_it():
    with pytest.raises(CircleError) as error:
        build_order({"x": ["a"], "a": ["b"], "b": ["a"], "z": []})
    assert error.value.names == ["a", "b"]

import pytest

from codes import is_pin, parse_ifsc


def test_splits_an_ifsc_into_bank_and_branch():
    assert parse_ifsc("SBIN0001234") == ("SBIN", "001234")
    assert parse_ifsc("HDFC0A1B2C3") == ("HDFC", "A1B2C3")


def test_takes_small_letters_and_spaces_around():
    assert parse_ifsc("  sbin0001234 ") == ("SBIN", "001234")


@pytest.mark.parametrize("text", ["", "SBIN1001234", "SBI00001234", "SBIN00012345", "SBIN000123", "SBIN0 01234"])
def test_refuses_what_is_no_ifsc(text):
    with pytest.raises(ValueError):
        parse_ifsc(text)


def test_knows_pins():
    assert is_pin("560001")
    assert is_pin("560 001")


@pytest.mark.parametrize("text", ["", "060001", "56001", "5600011", "560  001", "56000a", "５60001"])
def test_knows_what_is_no_pin(text):
    assert not is_pin(text)

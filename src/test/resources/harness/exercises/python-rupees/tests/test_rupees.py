import pytest

from rupees import read, show


@pytest.mark.parametrize(
    "paise, text",
    [
        (0, "₹0.00"), (5, "₹0.05"), (99999, "₹999.99"), (100000, "₹1,000.00"), (12345678, "₹1,23,456.78"),
        (1234567890123, "₹12,34,56,78,901.23"), (-250, "-₹2.50"),
    ],
)
def test_writes_and_reads_back(paise, text):
    assert show(paise) == text
    assert read(text) == paise


@pytest.mark.parametrize("text", ["", "₹", "₹123,456.78", "₹1.5", "1.00", "₹-1.00", "₹१.००", "₹01.00"])
def test_refuses_other_forms(text):
    with pytest.raises(ValueError):
        read(text)

package money

import "testing"

func TestReadsAndWrites(t *testing.T) {
	for text, paise := range map[string]int64{"1,234.50": 123450, "0.05": 5, "-7": -700, "1,00,000.1": 10000010, "-0.50": -50} {
		if got, err := Parse(text); err != nil || got != paise {
			t.Errorf("%s: got %d, %v", text, got, err)
		}
	}
	for paise, text := range map[int64]string{123450: "1234.50", 5: "0.05", -50: "-0.50", 0: "0.00"} {
		if got := Format(paise); got != text {
			t.Errorf("%d: got %s", paise, got)
		}
	}
}

func TestRefusesWhatIsNoAmount(t *testing.T) {
	for _, text := range []string{"", "-", ".5", "1.", "1.234", "1.-5", "+1", "1e3", "99999999999999999999"} {
		if got, err := Parse(text); err == nil {
			t.Errorf("%q: got %d", text, got)
		}
	}
}

package links

import "testing"

func TestCodesCountFromOne(t *testing.T) {
	l := New()
	for i := 1; i <= 62; i++ {
		code, err := l.Add("https://example.in/" + encode(i))
		if err != nil {
			t.Fatal(err)
		}
		if i == 1 && code != "1" || i == 61 && code != "z" || i == 62 && code != "10" {
			t.Errorf("number %d has code %s", i, code)
		}
	}
}

func TestTheSameTargetHasTheSameCode(t *testing.T) {
	l := New()
	first, _ := l.Add("https://a.in")
	second, _ := l.Add("https://a.in")
	if first != second {
		t.Errorf("got %s and %s", first, second)
	}
}

func TestRefusesOtherTargets(t *testing.T) {
	for _, target := range []string{"", "ftp://a.in", "https://", "javascript:alert(1)", "a.in", "http://[x"} {
		if code, err := New().Add(target); err == nil {
			t.Errorf("%q has code %s", target, code)
		}
	}
}

package ini

import (
	"strings"
	"testing"
)

const text = `; a comment
mode = fast
[ Server ]
Port = 8080
# another
name = " tea = chai "
empty =

[other]
port=1
`

func TestReadsSectionsKeysAndQuotes(t *testing.T) {
	file, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range [][3]string{
		{"", "mode", "fast"}, {"server", "port", "8080"}, {"server", "name", " tea = chai "}, {"server", "empty", ""},
		{"other", "port", "1"}, {"other", "missing", "fallback"}, {"nowhere", "port", "fallback"},
	} {
		if got := file.Get(want[0], want[1], "fallback"); got != want[2] {
			t.Errorf("[%s] %s: got %q, want %q", want[0], want[1], got, want[2])
		}
	}
}

func TestErrorsNameTheirLine(t *testing.T) {
	for text, line := range map[string]string{
		"a = 1\nnonsense": "line 2:", "[open\na=1": "line 1:", "[]": "line 1:", "= 1": "line 1:", "a=1\n\nA = 2": "line 3:",
	} {
		if _, err := Parse(text); err == nil || !strings.HasPrefix(err.Error(), line) {
			t.Errorf("%q: got %v, want %s", text, err, line)
		}
	}
}

func TestTheSameKeyInTwoSectionsIsNoError(t *testing.T) {
	if _, err := Parse("[a]\nx=1\n[b]\nx=2"); err != nil {
		t.Error(err)
	}
}

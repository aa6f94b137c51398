package vote

import "testing"

func TestWinner(t *testing.T) {
	for name, test := range map[string]struct {
		ballots [][]string
		want    string
	}{
		"more than half wins at once":           {[][]string{{"asha"}, {"asha", "ravi"}, {"ravi"}}, "asha"},
		"votes of the last go to later choices": {[][]string{{"asha"}, {"asha"}, {"ravi"}, {"ravi"}, {"meena", "ravi"}}, "ravi"},
		"half is not enough":                    {[][]string{{"asha"}, {"ravi"}}, "ravi"},
		"of equals the first name leaves":       {[][]string{{"b", "c"}, {"a", "c"}, {"c"}, {"d"}}, "c"},
		"used up ballots do not count":          {[][]string{{"x"}, {"y"}, {"y"}, {"z"}, {"z"}, {"z"}}, "z"},
		"nobody never wins":                     {[][]string{{"meena", "asha"}, {"meena", "asha"}, {"ravi"}}, "meena"},
	} {
		t.Run(name, func(t *testing.T) {
			if got, ok := Winner(test.ballots); !ok || got != test.want {
				t.Errorf("got %q, %v, want %q", got, ok, test.want)
			}
		})
	}
}

func TestNobodyWinsWithoutNames(t *testing.T) {
	for _, ballots := range [][][]string{nil, {}, {{}, {}}} {
		if got, ok := Winner(ballots); ok || got != "" {
			t.Errorf("got %q", got)
		}
	}
}

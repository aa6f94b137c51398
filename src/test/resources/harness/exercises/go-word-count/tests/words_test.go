package words

import (
	"reflect"
	"testing"
)

func TestTop(t *testing.T) {
	for name, test := range map[string]struct {
		text string
		n    int
		want []Count
	}{
		"the most frequent first":    {"b a b c b a", 2, []Count{{"b", 3}, {"a", 2}}},
		"equal ones by the alphabet": {"pear fig apple", 3, []Count{{"apple", 1}, {"fig", 1}, {"pear", 1}}},
		"without regard to case":     {"Tea tea TEA", 1, []Count{{"tea", 3}}},
		"apostrophes within words":   {"don't 'quote' don't", 2, []Count{{"don't", 2}, {"quote", 1}}},
		"other scripts":              {"चाय, चाय। पानी", 2, []Count{{"चाय", 2}, {"पानी", 1}}},
		"fewer than asked for":       {"one 2 3", 5, []Count{{"one", 1}}},
		"nothing where none are":     {" ... ' ", 5, []Count{}},
		"none where none are wanted": {"a", 0, []Count{}},
		"none where less are wanted": {"a", -1, []Count{}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Top(test.text, test.n); !reflect.DeepEqual(got, test.want) {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}

package read

import (
	"strings"
	"testing"
)

func TestReadsLines(t *testing.T) {
	entries, err := Entries(strings.NewReader("2025-04-01,\"1,000.50\",Rent\n2025-04-02,-20,\"Tea, milk\"\n"))
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != 2 || entries[0].Paise != 100050 || entries[1].Text != "Tea, milk" || entries[1].Date.Day() != 2 {
		t.Errorf("got %+v", entries)
	}
}

func TestErrorsNameTheirLine(t *testing.T) {
	for _, line := range []string{"2025-04-31,1,x", "2025-04-01,one,x", "2025-04-01,1"} {
		if _, err := Entries(strings.NewReader("2025-04-01,1,x\n" + line + "\n")); err == nil || !strings.Contains(err.Error(), "line 2") {
			t.Errorf("%s: got %v", line, err)
		}
	}
}

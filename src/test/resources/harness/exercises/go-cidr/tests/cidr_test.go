package cidr

import "testing"

func block(t *testing.T, text string) Block {
	t.Helper()
	b, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestKnowsItsAddresses(t *testing.T) {
	b := block(t, "10.1.0.0/16")
	if b.First() != "10.1.0.0" || b.Last() != "10.1.255.255" || b.Size() != 65536 {
		t.Errorf("got %s to %s, %d addresses", b.First(), b.Last(), b.Size())
	}
}

func TestWorksAtBothEnds(t *testing.T) {
	if b := block(t, "0.0.0.0/0"); b.Size() != 1<<32 || b.Last() != "255.255.255.255" {
		t.Errorf("everything: %d addresses up to %s", b.Size(), b.Last())
	}
	if b := block(t, "192.168.1.7/32"); b.Size() != 1 || b.First() != b.Last() {
		t.Errorf("one: %d addresses", b.Size())
	}
}

func TestContains(t *testing.T) {
	b := block(t, "10.1.2.0/23")
	for address, want := range map[string]bool{"10.1.2.0": true, "10.1.3.255": true, "10.1.4.0": false, "10.1.1.255": false} {
		if got, err := b.Contains(address); err != nil || got != want {
			t.Errorf("%s: got %v, %v", address, got, err)
		}
	}
	if _, err := b.Contains("10.1.2"); err == nil {
		t.Error("took 10.1.2 for an address")
	}
}

func TestOverlaps(t *testing.T) {
	a, b, c := block(t, "10.0.0.0/8"), block(t, "10.1.0.0/16"), block(t, "11.0.0.0/8")
	if !a.Overlaps(b) || !b.Overlaps(a) || a.Overlaps(c) {
		t.Error("overlaps wrongly")
	}
}

func TestRefusesWhatIsNoNetwork(t *testing.T) {
	for _, text := range []string{"", "10.0.0.0", "10.0.0.1/8", "10.0.0.0/33", "10.0.0/8", "10.0.0.00/8", "256.0.0.0/8", "10.0.0.0/+8", "10.0.0.0.0/8"} {
		if _, err := Parse(text); err == nil {
			t.Errorf("took %q for a network", text)
		}
	}
}

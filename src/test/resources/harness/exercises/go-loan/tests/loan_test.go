package loan

import "testing"

func TestInterestIsRoundedAndPrincipalIsTheRest(t *testing.T) {
	months, err := Schedule(1_000_00, 1200, 3, 340_00)
	if err != nil {
		t.Fatal(err)
	}
	want := []Month{{10_00, 330_00, 670_00}, {6_70, 333_30, 336_70}, {3_37, 336_70, 0}}
	if len(months) != len(want) {
		t.Fatalf("got %d months, want %d", len(months), len(want))
	}
	for i := range want {
		if months[i] != want[i] {
			t.Errorf("month %d: got %+v, want %+v", i+1, months[i], want[i])
		}
	}
}

func TestHalfAPaisaIsRoundedUp(t *testing.T) {
	months, err := Schedule(50, 1200, 2, 30)
	if err != nil {
		t.Fatal(err)
	}
	if months[0].Interest != 1 {
		t.Errorf("got %d, want 1", months[0].Interest)
	}
}

func TestEndsEarlyOnceNothingIsLeft(t *testing.T) {
	months, err := Schedule(100_00, 0, 12, 60_00)
	if err != nil {
		t.Fatal(err)
	}
	if len(months) != 2 || months[1] != (Month{0, 40_00, 0}) {
		t.Errorf("got %+v", months)
	}
}

func TestPrincipalAddsUpToTheLoan(t *testing.T) {
	months, err := Schedule(12_34_567, 875, 24, 56_000)
	if err != nil {
		t.Fatal(err)
	}
	var sum int64
	for _, month := range months {
		sum += month.Principal
	}
	if sum != 12_34_567 {
		t.Errorf("got %d", sum)
	}
}

func TestRefusesWhatIsNeverPaidBack(t *testing.T) {
	if _, err := Schedule(1_000_00, 1200, 12, 10_00); err == nil {
		t.Error("an instalment that only covers the interest was taken")
	}
	if _, err := Schedule(0, 1200, 12, 10_00); err == nil {
		t.Error("a loan of nothing was taken")
	}
}

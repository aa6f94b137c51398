package maze

import (
	"fmt"
	"strings"
	"testing"
)

func solve(t *testing.T, lines ...string) string {
	t.Helper()
	steps, err := Solve(strings.Join(lines, "\n"))
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(steps)
}

func expect(t *testing.T, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestGoesStraight(t *testing.T) {
	expect(t, solve(t, "#####", "#S E#", "#####"), "[right right]")
}

func TestGoesRoundWalls(t *testing.T) {
	expect(t, solve(t, "S#E", " # ", "   "), "[down down right right up up]")
}

func TestTakesTheFirstOfEqualWays(t *testing.T) {
	expect(t, solve(t, "S ", " E"), "[down right]")
}

func TestTakesTheShorterWay(t *testing.T) {
	expect(t, solve(t, "S    ", " ### ", " E   "), "[down down right]")
}

func TestWhatIsBeyondALineIsWall(t *testing.T) {
	expect(t, solve(t, "S", "   ", "# E"), "[down right down right]")
}

func TestErrors(t *testing.T) {
	for _, text := range []string{"", "S", "E", "SES", "S#E", "S?E"} {
		if steps, err := Solve(text); err == nil {
			t.Errorf("%q: got %v", text, steps)
		}
	}
}

// Package maze solves mazes.
package maze

import (
	"errors"
	"fmt"
	"strings"
)

// Step is a direction.
type Step string

type point struct{ row, column int }

var directions = []struct {
	step Step
	move point
}{{"up", point{-1, 0}}, {"down", point{1, 0}}, {"left", point{0, -1}}, {"right", point{0, 1}}}

// ErrNoWay is given where E cannot be reached.
var ErrNoWay = errors.New("there is no way")

// Solve finds the shortest way from S to E.
func Solve(text string) ([]Step, error) {
	open := map[point]bool{}
	marks := map[rune][]point{}
	for row, line := range strings.Split(text, "\n") {
		for column, cell := range []rune(line) {
			at := point{row, column}
			switch cell {
			case 'S', 'E':
				marks[cell] = append(marks[cell], at)
				open[at] = true
			case ' ':
				open[at] = true
			case '#':
			default:
				return nil, fmt.Errorf("unexpected %q in line %d", cell, row+1)
			}
		}
	}
	if len(marks['S']) != 1 || len(marks['E']) != 1 {
		return nil, errors.New("there must be one S and one E")
	}
	return search(open, marks['S'][0], marks['E'][0])
}

func search(open map[point]bool, start, end point) ([]Step, error) {
	ways := map[point][]Step{start: {}}
	for queue := []point{start}; len(queue) > 0; queue = queue[1:] {
		at := queue[0]
		if at == end {
			return ways[at], nil
		}
		for _, direction := range directions {
			next := point{at.row + direction.move.row, at.column + direction.move.column}
			if _, seen := ways[next]; !seen && open[next] {
				ways[next] = append(append([]Step{}, ways[at]...), direction.step)
				queue = append(queue, next)
			}
		}
	}
	return nil, ErrNoWay
}

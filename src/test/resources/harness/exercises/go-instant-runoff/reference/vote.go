// Package vote counts votes.
package vote

import "sort"

// Winner counts ballots in rounds until one name has more than half.
func Winner(ballots [][]string) (string, bool) {
	votes := map[string]int{}
	for _, ballot := range ballots {
		for _, name := range ballot {
			votes[name] = 0
		}
	}
	for len(votes) > 0 {
		counted := count(ballots, votes)
		names := make([]string, 0, len(votes))
		for name := range votes {
			names = append(names, name)
		}
		sort.Strings(names)
		least := names[0]
		for _, name := range names {
			if votes[name]*2 > counted {
				return name, true
			}
			if votes[name] < votes[least] {
				least = name
			}
		}
		delete(votes, least)
	}
	return "", false
}

func count(ballots [][]string, votes map[string]int) int {
	for name := range votes {
		votes[name] = 0
	}
	counted := 0
	for _, ballot := range ballots {
		for _, name := range ballot {
			if _, running := votes[name]; running {
				votes[name]++
				counted++
				break
			}
		}
	}
	return counted
}

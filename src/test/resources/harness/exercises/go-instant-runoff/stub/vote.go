package vote

func Winner(ballots [][]string) (string, bool) {
	return "", false
}

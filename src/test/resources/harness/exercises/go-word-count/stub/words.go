package words

type Count struct {
	Word  string
	Times int
}

func Top(text string, n int) []Count {
	return nil
}

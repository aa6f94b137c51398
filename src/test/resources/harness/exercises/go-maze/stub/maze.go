package maze

type Step string

func Solve(text string) ([]Step, error) {
	return nil, nil
}

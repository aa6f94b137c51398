package loan

type Month struct {
	Interest, Principal, Rest int64
}

func Schedule(paise int64, yearlyBasisPoints, months int, instalment int64) ([]Month, error) {
	return nil, nil
}

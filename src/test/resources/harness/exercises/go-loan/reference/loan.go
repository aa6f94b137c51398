// Package loan computes with loans in paise.
package loan

import "fmt"

// Month is what is paid in one month, and what is left after it.
type Month struct {
	Interest, Principal, Rest int64
}

const perYear = 12 * 10_000

// Schedule gives what is paid each month.
func Schedule(paise int64, yearlyBasisPoints, months int, instalment int64) ([]Month, error) {
	if paise < 1 || months < 1 || yearlyBasisPoints < 0 {
		return nil, fmt.Errorf("no loan of %d paise at %d basis points for %d months", paise, yearlyBasisPoints, months)
	}
	if instalment <= interest(paise, yearlyBasisPoints) {
		return nil, fmt.Errorf("an instalment of %d does not cover the interest", instalment)
	}
	var schedule []Month
	for month := 1; month <= months && paise > 0; month++ {
		due := interest(paise, yearlyBasisPoints)
		principal := instalment - due
		if month == months || principal > paise {
			principal = paise
		}
		paise -= principal
		schedule = append(schedule, Month{due, principal, paise})
	}
	return schedule, nil
}

func interest(paise int64, basisPoints int) int64 {
	return (paise*int64(basisPoints) + perYear/2) / perYear
}

// Package money reads and writes amounts in paise.
package money

import (
	"fmt"
	"strconv"
	"strings"
)

// Parse reads an amount such as 1,234.50.
func Parse(text string) (int64, error) {
	negative := strings.HasPrefix(text, "-")
	digits := strings.TrimPrefix(text, "-")
	whole, decimals, point := strings.Cut(digits, ".")
	whole = strings.ReplaceAll(whole, ",", "")
	if point && (decimals == "" || len(decimals) > 2) || !onlyDigits(whole) || point && !onlyDigits(decimals) {
		return 0, fmt.Errorf("%q is no amount", text)
	}
	paise, err := strconv.ParseInt(whole+(decimals + "00")[:2], 10, 64)
	if err != nil {
		return 0, fmt.Errorf("%q is too large", text)
	}
	if negative {
		paise = -paise
	}
	return paise, nil
}

// Format writes an amount such as 1234.50.
func Format(paise int64) string {
	sign := ""
	if paise < 0 {
		sign, paise = "-", -paise
	}
	return fmt.Sprintf("%s%d.%02d", sign, paise/100, paise%100)
}

func onlyDigits(text string) bool {
	return text != "" && strings.Trim(text, "0123456789") == ""
}

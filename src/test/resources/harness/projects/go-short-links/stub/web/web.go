package web

import (
	"net/http"

	"task/links"
)

func Handler(all *links.Links) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {})
}

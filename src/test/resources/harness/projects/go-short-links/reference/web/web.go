// Package web serves short links.
package web

import (
	"fmt"
	"io"
	"net/http"
	"strings"

	"task/links"
)

const longest = 2000

// Handler answers for links.
func Handler(all *links.Links) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/health", only(http.MethodGet, func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, "ok")
	}))
	mux.HandleFunc("/links", only(http.MethodPost, func(w http.ResponseWriter, r *http.Request) {
		add(all, w, r)
	}))
	mux.HandleFunc("/", only(http.MethodGet, func(w http.ResponseWriter, r *http.Request) {
		target, ok := all.Find(strings.TrimPrefix(r.URL.Path, "/"))
		if !ok {
			http.NotFound(w, r)
			return
		}
		http.Redirect(w, r, target, http.StatusFound)
	}))
	return mux
}

func add(all *links.Links, w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, longest+1))
	if err != nil || len(body) > longest {
		http.Error(w, "a target may have 2000 bytes", http.StatusBadRequest)
		return
	}
	code, err := all.Add(strings.TrimSpace(string(body)))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	w.WriteHeader(http.StatusCreated)
	fmt.Fprint(w, code)
}

func only(method string, next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Method != method {
			http.Error(w, r.Method+" is not known here", http.StatusMethodNotAllowed)
			return
		}
		next(w, r)
	}
}

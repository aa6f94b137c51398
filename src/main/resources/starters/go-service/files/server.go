package main

import (
	"encoding/json"
	"net/http"
	"strings"
)

const maxBody = 16 << 10

// NewServer is the HTTP side of a store.
func NewServer(store *Store) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/health", func(w http.ResponseWriter, r *http.Request) {
		reply(w, http.StatusOK, map[string]string{"status": "ok"})
	})
	mux.HandleFunc("/links", func(w http.ResponseWriter, r *http.Request) { add(store, w, r) })
	mux.HandleFunc("/links/", func(w http.ResponseWriter, r *http.Request) {
		link, found := store.Find(strings.TrimPrefix(r.URL.Path, "/links/"))
		if !found {
			fail(w, http.StatusNotFound, "no such link")
			return
		}
		reply(w, http.StatusOK, link)
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { follow(store, w, r) })
	return mux
}

func add(store *Store, w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		fail(w, http.StatusMethodNotAllowed, "only POST is possible")
		return
	}
	var request struct {
		URL string `json:"url"`
	}
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody)).Decode(&request); err != nil {
		fail(w, http.StatusBadRequest, "the body must be a JSON object with a url")
		return
	}
	link, err := store.Add(request.URL)
	if err != nil {
		fail(w, http.StatusBadRequest, err.Error())
		return
	}
	reply(w, http.StatusCreated, link)
}

func follow(store *Store, w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/" {
		reply(w, http.StatusOK, map[string]string{"name": "Links", "links": "/links"})
		return
	}
	link, found := store.Use(strings.TrimPrefix(r.URL.Path, "/"))
	if !found {
		fail(w, http.StatusNotFound, "no such link")
		return
	}
	http.Redirect(w, r, link.URL, http.StatusFound)
}

func reply(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(body)
}

func fail(w http.ResponseWriter, status int, message string) {
	reply(w, status, map[string]string{"error": message})
}

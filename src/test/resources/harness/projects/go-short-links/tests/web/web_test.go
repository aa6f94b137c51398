package web

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"task/links"
)

func call(handler http.Handler, method, path, body string) *httptest.ResponseRecorder {
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, httptest.NewRequest(method, path, strings.NewReader(body)))
	return recorder
}

func TestIsAlive(t *testing.T) {
	if answer := call(Handler(links.New()), "GET", "/health", ""); answer.Code != 200 || answer.Body.String() != "ok" {
		t.Errorf("got %d %s", answer.Code, answer.Body)
	}
}

func TestRedirectsToWhatWasAdded(t *testing.T) {
	handler := Handler(links.New())
	added := call(handler, "POST", "/links", "https://example.in/tea?x=1\n")
	if added.Code != 201 || added.Body.String() != "1" {
		t.Fatalf("got %d %s", added.Code, added.Body)
	}
	answer := call(handler, "GET", "/1", "")
	if answer.Code != 302 || answer.Header().Get("Location") != "https://example.in/tea?x=1" {
		t.Errorf("got %d to %s", answer.Code, answer.Header().Get("Location"))
	}
}

func TestAnswersToWhatIsWrong(t *testing.T) {
	handler := Handler(links.New())
	for _, test := range []struct {
		method, path, body string
		code               int
	}{
		{"GET", "/9", "", 404}, {"POST", "/links", "nonsense", 400}, {"POST", "/links", "http://a.in/" + strings.Repeat("x", 2000), 400},
		{"GET", "/links", "", 405}, {"POST", "/1", "", 405},
	} {
		if answer := call(handler, test.method, test.path, test.body); answer.Code != test.code {
			t.Errorf("%s %s: got %d, want %d", test.method, test.path, answer.Code, test.code)
		}
	}
}

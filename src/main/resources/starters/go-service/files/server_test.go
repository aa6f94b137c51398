package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func call(handler http.Handler, method, path, body string) *httptest.ResponseRecorder {
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, httptest.NewRequest(method, path, strings.NewReader(body)))
	return recorder
}

func TestALinkIsMadeAndFollowed(t *testing.T) {
	server := NewServer(NewStore())
	made := call(server, "POST", "/links", `{"url": "https://example.com/page"}`)
	if made.Code != http.StatusCreated {
		t.Fatalf("%d: %s", made.Code, made.Body)
	}
	var link Link
	if err := json.Unmarshal(made.Body.Bytes(), &link); err != nil {
		t.Fatal(err)
	}
	followed := call(server, "GET", "/"+link.Code, "")
	if followed.Code != http.StatusFound || followed.Header().Get("Location") != "https://example.com/page" {
		t.Errorf("%d to %q", followed.Code, followed.Header().Get("Location"))
	}
	json.Unmarshal(call(server, "GET", "/links/"+link.Code, "").Body.Bytes(), &link)
	if link.Hits != 1 {
		t.Errorf("%d hits", link.Hits)
	}
}

func TestWhatIsWrongIsTold(t *testing.T) {
	server := NewServer(NewStore())
	for _, want := range []struct {
		method, path, body string
		status             int
	}{
		{"POST", "/links", `{`, 400},
		{"POST", "/links", `{"url": "no address"}`, 400},
		{"POST", "/links", `{"url": "https://example.com/` + strings.Repeat("x", maxBody) + `"}`, 400},
		{"GET", "/links", "", 405},
		{"GET", "/links/nothing", "", 404},
		{"GET", "/nothing", "", 404},
	} {
		got := call(server, want.method, want.path, want.body)
		var problem map[string]string
		json.Unmarshal(got.Body.Bytes(), &problem)
		if got.Code != want.status || problem["error"] == "" {
			t.Errorf("%s %s: %d %s", want.method, want.path, got.Code, got.Body)
		}
	}
}

func TestItSaysThatItIsAlive(t *testing.T) {
	if got := call(NewServer(NewStore()), "GET", "/health", ""); got.Code != 200 {
		t.Errorf("%d", got.Code)
	}
}

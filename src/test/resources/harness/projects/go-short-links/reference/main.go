// Command task serves short links on port 8080.
package main

import (
	"log"
	"net/http"

	"task/links"
	"task/web"
)

func main() {
	log.Fatal(http.ListenAndServe(":8080", web.Handler(links.New())))
}

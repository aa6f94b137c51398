#ifndef LAUNCHER_RUN_H
#define LAUNCHER_RUN_H

#include "request.h"
#include "sandbox.h"

/* Starts the request in the prepared sandbox and relays until the report is sent or the server has hung up. */
void run_request(struct sandbox *sandbox, const uint8_t *request, size_t length, int connection);

/* Sends a last frame `E` with a sentence for people. */
void send_error(int connection, const char *sentence);

#endif

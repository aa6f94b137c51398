#ifndef AGENT_UTIL_H
#define AGENT_UTIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Milliseconds of the monotonic clock. */
int64_t now_ms(void);

/* Parses all `length` bytes as a decimal number of at most `max`; anything else is refused. */
bool parse_decimal(const char *text, size_t length, uint64_t max, uint64_t *value);

/* Reads a small file whole into `buffer`, NUL-terminated and cut at `size - 1`; -1 when it cannot be read. */
ssize_t read_file(const char *path, char *buffer, size_t size);

/* Closes the descriptor if it is open and marks it closed with -1. */
void close_fd(int *fd);

bool set_nonblocking(int fd);

/* Points descriptors 0, 1 and 2 at /dev/null. */
void detach_stdio(void);

/* Writes everything to a blocking descriptor; false on an error. */
bool write_all(int fd, const void *data, size_t length);

/* Sends a frame to a server that may be gone; false on an error. */
bool write_frame(int fd, char type, const void *payload, size_t length);

/*
 * Ignores what terminals and lost connections send. With SIGTERM, by which a stop of the sandbox signals everybody, each
 * of the agent's processes has its own way: those of sessions stay to report how the commands took it.
 */
void ignore_signals(void);
#define AGENT_IGNORED_SIGNALS SIGPIPE, SIGHUP, SIGINT, SIGQUIT, SIGTSTP, SIGTTIN, SIGTTOU

#endif

#ifndef LAUNCHER_UTIL_H
#define LAUNCHER_UTIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Milliseconds of the monotonic clock. */
int64_t now_ms(void);

/* Parses the whole text as a decimal number of at most `max`; anything else is refused. */
bool parse_decimal(const char *text, uint64_t max, uint64_t *value);

/* Reads a small file whole into `buffer`, NUL-terminated and cut at `size - 1`; -1 when it cannot be read. */
ssize_t read_file(const char *path, char *buffer, size_t size);

/* Writes the text to an existing file in one call; false, with errno set, when it was not taken whole. */
bool write_file(const char *path, const char *text);

bool set_nonblocking(int fd);

/* Writes everything to a blocking descriptor; false on an error. */
bool write_all(int fd, const void *data, size_t length);

/* A sentence on standard error, with the last system error's words where `error` is not 0. */
void complain(int error, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif

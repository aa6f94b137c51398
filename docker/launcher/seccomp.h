#ifndef LAUNCHER_SECCOMP_H
#define LAUNCHER_SECCOMP_H

#include <linux/filter.h>
#include <stdbool.h>
#include <stddef.h>

#define FILTER_MAX 1024

/*
 * Writes the filter into `program` and gives its length in instructions. An allow-list: what it does not name answers
 * ENOSYS, as on an older kernel, so that libraries fall back; what is known to be dangerous answers EPERM.
 */
size_t seccomp_filter(struct sock_filter program[FILTER_MAX]);

#endif

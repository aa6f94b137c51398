#ifndef AGENT_JSON_H
#define AGENT_JSON_H

#include <stddef.h>
#include <stdio.h>

/* Writes the bytes as a JSON string; what is not valid UTF-8 becomes U+FFFD. */
void json_string(FILE *file, const unsigned char *bytes, size_t length);

#endif

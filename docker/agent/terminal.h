#ifndef AGENT_TERMINAL_H
#define AGENT_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/ioctl.h>

#define TERMINAL_SIDE_MAX 1000
/* The kernel holds less than this of what a command has written to a terminal. */
#define TERMINAL_BUFFER (128 * 1024)

/* Parses `COLSxROWS`, each from 1 to TERMINAL_SIDE_MAX. */
bool terminal_parse_size(const char *text, size_t length, struct winsize *size);
/* Makes a pseudo terminal of the file-system user: our end, non-blocking, and the command's. False with errno. */
bool terminal_open(const struct winsize *size, int *ours, int *commands);
/* Tells the terminal its new size, and so the processes in its foreground. */
void terminal_resize(int ours, const struct winsize *size);
/* The character that ends the input, as the terminal is set now. */
char terminal_end_character(int ours);

#endif

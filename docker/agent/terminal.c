#include "terminal.h"

#include "util.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#define CONTROL_D 4

bool terminal_parse_size(const char *text, size_t length, struct winsize *size)
{
    const char *x = length == 0 ? NULL : memchr(text, 'x', length);
    uint64_t columns, rows;
    if (x == NULL || !parse_decimal(text, (size_t)(x - text), TERMINAL_SIDE_MAX, &columns)
        || !parse_decimal(x + 1, length - (size_t)(x - text) - 1, TERMINAL_SIDE_MAX, &rows) || columns == 0 || rows == 0)
        return false;
    *size = (struct winsize){ .ws_col = (unsigned short)columns, .ws_row = (unsigned short)rows };
    return true;
}

bool terminal_open(const struct winsize *size, int *ours, int *commands)
{
    *commands = -1;
    *ours = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (*ours < 0 || unlockpt(*ours) != 0)
        return false;
    *commands = ioctl(*ours, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
    struct termios settings;
    if (*commands < 0 || tcgetattr(*commands, &settings) != 0)
        return false;
    settings.c_iflag |= IUTF8;
    tcsetattr(*commands, TCSANOW, &settings);
    terminal_resize(*ours, size);
    return true;
}

void terminal_resize(int ours, const struct winsize *size)
{
    ioctl(ours, TIOCSWINSZ, size);
}

char terminal_end_character(int ours)
{
    struct termios settings;
    if (tcgetattr(ours, &settings) != 0 || settings.c_cc[VEOF] == _POSIX_VDISABLE)
        return CONTROL_D;
    return (char)settings.c_cc[VEOF];
}

#include "json.h"

/* The length of the valid UTF-8 sequence at the start, or 0. */
static size_t sequence(const unsigned char *bytes, size_t length)
{
    unsigned char first = bytes[0];
    if (first < 0x80)
        return 1;
    size_t size = first >= 0xc2 && first <= 0xdf ? 2 : (first & 0xf0) == 0xe0 ? 3 : first >= 0xf0 && first <= 0xf4 ? 4 : 0;
    if (size == 0 || size > length)
        return 0;
    for (size_t i = 1; i < size; i++)
        if ((bytes[i] & 0xc0) != 0x80)
            return 0;
    unsigned char second = bytes[1];
    if ((first == 0xe0 && second < 0xa0) || (first == 0xf0 && second < 0x90))
        return 0; /* longer than needed */
    if ((first == 0xed && second > 0x9f) || (first == 0xf4 && second > 0x8f))
        return 0; /* a surrogate, or beyond the last code point */
    return size;
}

void json_string(FILE *file, const unsigned char *bytes, size_t length)
{
    putc('"', file);
    for (size_t i = 0; i < length;) {
        size_t size = sequence(bytes + i, length - i);
        if (size == 0)
            fputs("\\ufffd", file);
        else if (bytes[i] == '"' || bytes[i] == '\\')
            fprintf(file, "\\%c", bytes[i]);
        else if (bytes[i] < 0x20 || bytes[i] == 0x7f)
            fprintf(file, "\\u%04x", bytes[i]);
        else
            fwrite(bytes + i, 1, size, file);
        i += size == 0 ? 1 : size;
    }
    putc('"', file);
}

#include "listeners.h"
#include "modes.h"

#include <arpa/inet.h>
#include <stdio.h>

int run_ports(int argc, char **argv)
{
    (void)argc, (void)argv;
    struct listeners listeners;
    if (!listeners_read(&listeners))
        return 71;
    putchar('[');
    for (size_t i = 0; i < listeners.count; i++) {
        char address[INET6_ADDRSTRLEN];
        const struct listener *listener = &listeners.items[i];
        inet_ntop(listener->family, listener->address, address, sizeof address);
        printf("%s{\"address\":\"%s\",\"port\":%u}", i == 0 ? "" : ",", address, listener->port);
    }
    puts("]");
    listeners_free(&listeners);
    return fflush(stdout) == 0 ? 0 : 74;
}

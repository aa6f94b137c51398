#include "crew.h"

#include <stdatomic.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

#define COMING (-1)

bool crew_open(struct crew *crew)
{
    size_t size = CREW_SIZE * sizeof *crew->places;
    void *shared = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED)
        return false;
    *crew = (struct crew){ .places = shared, .emptied = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC) };
    return crew->emptied >= 0;
}

static bool replace(struct crew *crew, int place, pid_t from, pid_t to)
{
    return atomic_compare_exchange_strong(&crew->places[place], &from, to);
}

bool crew_waits(const struct crew *crew)
{
    for (int i = 0; i < CREW_SIZE; i++)
        if (atomic_load(&crew->places[i]) != 0)
            return true;
    return false;
}

static int take_free(struct crew *crew, pid_t pid)
{
    for (int i = 0; i < CREW_SIZE; i++)
        if (replace(crew, i, 0, pid))
            return i;
    return -1;
}

int crew_reserve(struct crew *crew)
{
    return take_free(crew, COMING);
}

void crew_made(struct crew *crew, int place, pid_t pid)
{
    crew->made[place] = pid;
    if (pid <= 0)
        replace(crew, place, COMING, 0);
}

void crew_note_end(struct crew *crew, pid_t pid)
{
    for (int i = 0; i < CREW_SIZE; i++) {
        replace(crew, i, pid, 0);
        if (crew->made[i] == pid) {
            /* It may have been killed before it came. */
            replace(crew, i, COMING, 0);
            crew->made[i] = 0;
        }
    }
}

void crew_heard(const struct crew *crew)
{
    uint64_t times;
    (void)!read(crew->emptied, &times, sizeof times);
}

int crew_join(struct crew *crew, int reserved)
{
    pid_t self = getpid();
    if (reserved < 0)
        return take_free(crew, self);
    atomic_store(&crew->places[reserved], self);
    return reserved;
}

void crew_leave(struct crew *crew, int place)
{
    static const uint64_t once = 1;
    atomic_store(&crew->places[place], 0);
    if (!crew_waits(crew))
        (void)!write(crew->emptied, &once, sizeof once);
}

#ifndef LAUNCHER_KEEPER_H
#define LAUNCHER_KEEPER_H

#include "sandbox.h"

/*
 * A process that prepares one sandbox, takes one connection from the listening socket, tells `taken` of it by writing its
 * slot's number, runs the request, and ends. Does not return.
 */
_Noreturn void keeper_main(const struct plan *plan, const struct cgroups *groups, unsigned slot, int listener, int taken);

#endif

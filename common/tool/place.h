/* SPDX-License-Identifier: GPL-2.0-only */
/* Where the pins are to be, or why they can't. */
#ifndef BPFLOCK_PLACE_H
#define BPFLOCK_PLACE_H

/* Whether this process can be one that makes them: 0, or an exit status and has said who can. */
int place_root(void);

/* Whether pins made here last: 0 or an exit status. */
int place_check(void);

/* Whether they can be made, which is left open: 0 or an exit status. */
int place_try(void);

/* Takes the lock that one loader at a time has: its descriptor, or a negative errno and has said
 * why. */
int place_lock(void);

#endif

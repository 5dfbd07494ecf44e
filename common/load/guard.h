/* SPDX-License-Identifier: GPL-2.0-only */
/* Keeps the mounts that the pins depend on: their directories can't be removed from under them. */
#ifndef BPFLOCK_GUARD_LOAD_H
#define BPFLOCK_GUARD_LOAD_H

#include "abi/policy.h"
#include "pins/pinset.h"

#define GUARD_LINKS 2

struct sections;

/*
 * Fills in @links, to be pinned with those of @tool and owned by the caller, with the guard that
 * another program has pinned, if that guards what is to be guarded now, or with a new one, attached
 * by @sections as the attachment of @frozen says. Returns 0, -EACCES where it does not deny all the
 * same, with
 * @place where, or another negative errno; then they are the guard that @tool has pinned already,
 * or none.
 */
int guard_attach(const char *tool, struct sections *sections, const struct frozen *frozen,
		 struct pin_link links[GUARD_LINKS], char place[PIN_PATH_MAX]);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* Whether what was loaded is still attached, although its pins are gone. */
#ifndef BPFLOCK_STAYS_H
#define BPFLOCK_STAYS_H

struct bpf_object;

/*
 * 1 where programs like those of @object are attached, wherever pinned or held, also two seconds
 * from now: what goes takes a moment. 0 where not, -EPERM where bpf(2) is shut.
 */
int stays_attached(const struct bpf_object *object);

#endif

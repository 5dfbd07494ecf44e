/* SPDX-License-Identifier: GPL-2.0-only */
/* All pins of a tool, which come and go as one. */
#ifndef BPFLOCK_PINSET_H
#define BPFLOCK_PINSET_H

#include "pins/pin.h"

#define PINSET_NAME_MAX 64

struct bpf_link;

struct pin_link {
	const char *name;      /* borrowed from the BPF object */
	struct bpf_link *link; /* owned by the caller */
	int prog;	       /* the descriptor of what it attached, owned by the BPF object */
};

/*
 * Pins all @count @links of @tool in place of what was pinned before, in one
 * step; each is attached already, and what was there stays, beside, until
 * pinset_sweep(), so that there is no moment with neither. A negative errno: what
 * was there is as it was. @sealed: with the mark that says so.
 */
int pinset_replace(const char *tool, const struct pin_link *links, int count, bool sealed);

/*
 * Puts the mark in PIN_ROOT before the kernel denies to remove pins, so that who is stopped in
 * between has said it. It names the programs of the @count @links, which have no link, and no pin
 * leads to. 0 or a negative errno. pinset_unmark() takes it back.
 */
int pinset_mark(const struct pin_link *links, int count);
void pinset_unmark(void);

/* Whether the mark in PIN_ROOT names program number @id. */
bool pinset_marks(__u32 id);

/* Whether a replacement left pins beside; under the lock: one that was interrupted. */
bool pinset_unfinished(const char *tool);

/*
 * Removes what replacements left beside, and waits until the kernel calls these
 * programs no more. 0 or a negative errno: -EBUSY where somebody holds them.
 */
int pinset_sweep(const char *tool);

/* The same with all pins of @tool; -ENOENT where there was none. */
int pinset_remove(const char *tool);

/* Whether @name was among the pins of @tool when they were made. */
bool pinset_noted(const char *tool, const char *name);

/*
 * Whether another BPF program than the one that was pinned is behind a pin of @tool,
 * whose @name that is, or it is not noted any more which is. Where bpf(2) is shut only that is
 * seen.
 */
bool pinset_changed(const char *tool, char name[PINSET_NAME_MAX]);

#endif

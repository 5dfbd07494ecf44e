/* SPDX-License-Identifier: GPL-2.0-only */
/* The directory in which a program's links are pinned. */
#ifndef BPFLOCK_PIN_H
#define BPFLOCK_PIN_H

#include <stdbool.h>

#define PIN_BPFFS "/sys/fs/bpf"
#define PIN_ROOT PIN_BPFFS "/bpflock"
#define PIN_PATH_MAX 256

struct bpf_link;

struct pin_link {
	const char *name;      /* borrowed from the BPF object */
	struct bpf_link *link; /* owned by the caller */
};

/*
 * Mounts bpffs where nothing is mounted, makes PIN_ROOT and takes the lock that
 * one loader at a time has. Returns its descriptor, or a negative errno.
 */
int pin_lock(void);

/* Whether @program has pins. */
bool pin_exists(const char *program);

/*
 * Pins all @count @links of @program in place of what was pinned before. Each
 * new link is attached already, so that there is no moment with neither. A
 * negative errno: what was there is as it was, or is there with the new.
 */
int pin_replace(const char *program, const struct pin_link *links, int count);

/*
 * Removes the pins of @program, and what a crashed loader left, and waits until
 * the kernel calls the programs no more. 0, -ENOENT, or a negative errno.
 */
int pin_remove(const char *program);

#endif

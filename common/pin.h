/* SPDX-License-Identifier: GPL-2.0-only */
/* Where pins are, and the lock that goes with them. */
#ifndef BPFLOCK_PIN_H
#define BPFLOCK_PIN_H

#include <linux/types.h>
#include <stdbool.h>

#define PIN_BPFFS "/sys/fs/bpf"
#define PIN_ROOT PIN_BPFFS "/bpflock"
#define PIN_PATH_MAX 320

/* How long to wait for who has the lock, which a loader has for a second, emulated for some. */
#define PIN_LOCK_SECONDS 60
#define PIN_WATCH_SECONDS 10

/*
 * Mounts bpffs where nothing is mounted, makes PIN_ROOT and takes the lock that
 * one loader at a time has. Returns its descriptor, or a negative errno: -EUCLEAN
 * where others than root can write in PIN_ROOT, -EAGAIN where somebody kept it for
 * PIN_LOCK_SECONDS.
 */
int pin_lock(void);

/* Whether a bpffs is mounted where pins are looked for. */
bool pin_mounted(void);

/* The same lock, shared, for who only looks, and waits less: no loader is at work meanwhile. */
int pin_watch(void);

/* The path of pin @name of @program, of its directory where @name is NULL. */
void pin_path(char path[PIN_PATH_MAX], const char *program, const char *name);

/* Whether others than root can write in PIN_ROOT, unless it is below a mount. */
bool pin_foreign(void);

/* Whether @program has pin @name, or any directory where @name is NULL. */
bool pin_exists(const char *program, const char *name);

/* Whether something is mounted over the bpffs where pins are looked for. */
bool pin_overmounted(void);

/*
 * How often the kernel skipped the program behind a pin (bpf_prog_info:
 * recursion_misses) goes to @runs. 0, or a negative errno where bpf(2) is shut.
 */
int pin_skipped(const char *program, const char *name, __u64 *runs);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* Where pins are, and the lock that goes with them. */
#ifndef BPFLOCK_PIN_H
#define BPFLOCK_PIN_H

#include <linux/types.h>
#include <stdbool.h>

#define PIN_BPFFS "/sys/fs/bpf"
#define PIN_ROOT PIN_BPFFS "/bpflock"
#define PIN_PATH_MAX 320

/* The names of the pinned iterators. */
#define PIN_STATE "state"
#define PIN_DENIED "denied"
#define PIN_ALLOWED "allowed"
#define PIN_NAMES "names"
#define PIN_CGROUPS "cgroups"
#define PIN_UNITS "units"
#define PIN_TESTING "testing"
#define PIN_LEARNT "learnt"
#define PIN_OTHERS "learnt_others"

/* That of the program that decides who writes sysctls, where there is one. */
#define PIN_SYSCTL "sysctl"

/*
 * That of the mark, a symbolic link, which says that nobody is to remove pins until a reboot: among
 * the pins of who seals, and in PIN_ROOT from before that begins.
 */
#define PIN_SEALED "sealed"

/*
 * The names of the links that several programs have pinned, each in its own directory, begin so:
 * they last as long as one of these is there.
 */
#define PIN_SHARED "guard_"
#define PIN_GUARD_RMDIR PIN_SHARED "rmdir"
#define PIN_GUARD_RENAME PIN_SHARED "rename"

/* How long to wait for who has the lock, which a loader has for a second, emulated for some. */
#define PIN_LOCK_SECONDS 60
#define PIN_WATCH_SECONDS 10

/* Whether pin_lock() could prepare PIN_ROOT, which is left as it is: 0 or its negative errno. */
int pin_check(void);

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

/* The path of pin @name of @tool, of its directory where @name is NULL. */
void pin_path(char path[PIN_PATH_MAX], const char *tool, const char *name);

/* Whether others than root can write in PIN_ROOT, unless it is below a mount. */
bool pin_foreign(void);

/* Whether @tool has pin @name, or any directory where @name is NULL. */
bool pin_exists(const char *tool, const char *name);

/* Whether the mark is among the pins of @tool, in PIN_ROOT where that is NULL. */
bool pin_marked(const char *tool);

/* Whether nothing that decides about sysctls can be attached: what a seal begins to deny last. */
bool pin_attach_denied(void);

/* Whether there is a mark, and the kernel says so too: PIN_ROOT can't be removed, which could not
 * be done anyhow, as it is not empty, and nothing be attached. */
bool pin_sealed(void);

/* Whether something is mounted over the bpffs where pins are looked for. */
bool pin_overmounted(void);

/*
 * How often the kernel skipped the BPF program behind a pin (bpf_prog_info:
 * recursion_misses) goes to @runs. 0, or a negative errno where bpf(2) is shut.
 */
int pin_skipped(const char *tool, const char *name, __u64 *runs);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* The BPF links and programs of the machine, whoever's they are. */
#ifndef BPFLOCK_OBJECTS_H
#define BPFLOCK_OBJECTS_H

#include <stdbool.h>

#include <linux/bpf.h>

/* What the kernel says of the link behind @fd; false where @fd is none or bpf(2) is shut. */
bool objects_link(int fd, struct bpf_link_info *info);

/* The same of a program; where @maps, of @room, is not NULL it gets the numbers of its maps. */
bool objects_prog(int fd, struct bpf_prog_info *info, __u32 *maps, __u32 room);

/*
 * The number of the map called @name, as far as the kernel keeps it, of the program behind @prog;
 * 0: it has none, or bpf(2) is shut.
 */
__u32 objects_map_of(int prog, const char *name);

/*
 * Shows each link to @see until it returns true. Returns 1 where it did, 0 where it never did, or
 * a negative errno: -EPERM where bpf(2) is shut.
 */
int objects_each_link(bool (*see)(const struct bpf_link_info *info, void *context), void *context);

/* The same with each program; @fd is its descriptor for as long as @see runs. */
int objects_each_prog(bool (*see)(const struct bpf_prog_info *info, int fd, void *context),
		      void *context);

#endif

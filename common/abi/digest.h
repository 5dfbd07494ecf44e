/* SPDX-License-Identifier: GPL-2.0-only */
/* Tells one piece of data from another; no protection against somebody who wants them alike. */
#ifndef BPFLOCK_DIGEST_H
#define BPFLOCK_DIGEST_H

#include <stddef.h>

#include <linux/types.h>

/* FNV-1a, 64 bits. */
static inline __u64 digest(const void *data, size_t size)
{
	const unsigned char *byte = data;
	__u64 value = 0xcbf29ce484222325;

	for (size_t i = 0; i < size; i++)
		value = (value ^ byte[i]) * 0x100000001b3;
	return value;
}

#endif

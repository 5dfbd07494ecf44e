// SPDX-License-Identifier: GPL-2.0-only
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/bpf.h>

#include "pin.h"
#include "records.h"
#include "shut.h"

/* No map has no size (kernel/bpf/syscall.c: map_create): EINVAL where it is not denied. */
static bool is_denied(void)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	return syscall(SYS_bpf, BPF_MAP_CREATE, &attr, sizeof(attr)) < 0 && errno == EPERM;
}

static __u64 denials(const char *program)
{
	static struct records_state state;
	__u64 sum = 0;

	if (records_pinned_state(program, &state))
		return 0;
	for (int op = 0; op < OPERATIONS_MAX; op++)
		for (int verdict = VERDICT_DENY_BLOCKED; verdict < VERDICT_AUDIT_BLOCKED; verdict++)
			sum += state.counts[op][verdict];
	return sum;
}

bool shut_by(char *program, size_t size)
{
	DIR *root = opendir(PIN_ROOT);
	struct dirent *entry;

	*program = '\0';
	while (root && !*program && (entry = readdir(root))) {
		__u64 before = denials(entry->d_name);

		if (is_denied() && denials(entry->d_name) > before)
			snprintf(program, size, "%s", entry->d_name);
	}
	if (root)
		closedir(root);
	return is_denied();
}

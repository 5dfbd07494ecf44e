// SPDX-License-Identifier: GPL-2.0-only
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "decision.h"
#include "pin.h"
#include "records.h"
#include "shut.h"

/* When @program last denied something to this process, ns, CLOCK_BOOTTIME; 0: never. */
static __u64 last_denial(const char *program)
{
	static struct records_state state;
	struct records records = { 0 };
	__u64 last = 0;

	if (records_pinned_state(program, &state) || records_read(program, &state.state, &records))
		return 0;
	for (size_t i = 0; i < records.count; i++) {
		const struct records_entry *entry = &records.list[i];

		if (entry->key.tgid == (__u32)getpid() && verdict_denies(entry->key.verdict) &&
		    entry->value.record.last > last)
			last = entry->value.record.last;
	}
	free(records.list);
	return last;
}

bool shut_by(__u64 since, char *program, size_t size)
{
	DIR *root = opendir(PIN_ROOT);
	struct dirent *entry;
	__u64 newest = since;

	*program = '\0';
	while (root && (entry = readdir(root))) {
		__u64 last = entry->d_name[0] == '.' ? 0 : last_denial(entry->d_name);

		if (last <= newest)
			continue;
		newest = last;
		snprintf(program, size, "%s", entry->d_name);
	}
	if (root)
		closedir(root);
	return *program;
}

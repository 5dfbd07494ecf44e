// SPDX-License-Identifier: GPL-2.0-only
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "abi/decision.h"
#include "pins/pin.h"
#include "records/records.h"
#include "records/denied.h"

/* When @tool last denied something to this process, ns, CLOCK_BOOTTIME; 0: never. */
static __u64 last_denial(const char *tool)
{
	struct records_state state;
	struct records records = { 0 };
	__u64 last = 0;

	if (records_pinned_state(tool, &state) || records_read(tool, &state.frozen, &records)) {
		records_free(&records);
		return 0;
	}
	for (size_t i = 0; i < records.count; i++) {
		const struct records_entry *entry = &records.list[i];

		if (entry->key.tgid == (__u32)getpid() && verdict_denies(entry->key.verdict) &&
		    entry->value.record.last > last)
			last = entry->value.record.last;
	}
	records_free(&records);
	return last;
}

bool denied_by(__u64 since, char *tool, size_t size)
{
	DIR *root = opendir(PIN_ROOT);
	struct dirent *entry;
	__u64 newest = since;

	*tool = '\0';
	while (root && (entry = readdir(root))) {
		__u64 last = entry->d_name[0] == '.' ? 0 : last_denial(entry->d_name);

		if (last <= newest)
			continue;
		newest = last;
		snprintf(tool, size, "%s", entry->d_name);
	}
	if (root)
		closedir(root);
	return *tool;
}

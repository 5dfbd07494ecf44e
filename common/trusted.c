// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "escape.h"
#include "records.h"
#include "trusted.h"

static void print_text(__u64 number, const char *path, int err, bool first)
{
	printf("%-10s%llu ", first ? "cgroups:" : "", (unsigned long long)number);
	if (!err)
		escape_word(stdout, path, strlen(path));
	else
		fputs(err == -ESTALE ? "removed" : "path unknown", stdout);
	putchar('\n');
}

static void print_json(__u64 number, const char *path, int err, bool first)
{
	printf("%s{\"id\":%llu", first ? "" : ",", (unsigned long long)number);
	if (!err) {
		fputs(",\"path\":", stdout);
		escape_json(stdout, path, strlen(path));
	} else if (err == -ESTALE) {
		fputs(",\"removed\":true", stdout);
	}
	putchar('}');
}

void trusted_print(const char *program, bool json)
{
	struct cgroups cgroups;
	char path[PATH_MAX];

	if (records_cgroups(program, &cgroups)) {
		fputs(json ? "null" : "cgroups:  unknown\n", stdout);
		free(cgroups.list);
		return;
	}
	fputs(json ? "[" : "", stdout);
	for (size_t i = 0; i < cgroups.count; i++)
		(json ? print_json : print_text)(cgroups.list[i], path,
						 cgroup_path(cgroups.list[i], path, sizeof(path)),
						 !i);
	fputs(json ? "]" : "", stdout);
	free(cgroups.list);
}

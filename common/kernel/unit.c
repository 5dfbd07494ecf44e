// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "abi/digest.h"
#include "kernel/unit.h"

/* systemd, src/basic/unit-name.c: VALID_CHARS_WITH_AT. */
#define CHARACTERS                                                                                 \
	"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"                           \
	":-_.\\@"

static bool ends_in(const char *name, const char *end)
{
	size_t length = strlen(name), tail = strlen(end);

	return length > tail && !strcmp(name + length - tail, end);
}

/*
 * Names that the kernel may have files of, in a cgroup, begin with '_' there (systemd,
 * src/basic/cgroup-util.c: cg_needs_escape).
 */
static bool is_escaped(const char *name)
{
	static const char *const files[] = {
		"cgroup",
		"cpu",
		"cpuacct",
		"cpuset",
		"io",
		"blkio",
		"memory",
		"devices",
		"pids",
		"bpf-firewall",
		"bpf-devices",
		"bpf-foreign",
		"bpf-socket-bind",
		"bpf-restrict-network-interfaces",
		"bpf-bind-network-interface",
	};
	const char *dot = strchr(name, '.');

	if (*name == '_' || *name == '.')
		return true;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		if (strlen(files[i]) == (size_t)(dot - name) &&
		    !strncmp(files[i], name, strlen(files[i])))
			return true;
	return false;
}

const char *unit_wrong(const char *name)
{
	bool slice = ends_in(name, ".slice");

	if (!slice && !ends_in(name, ".service") && !ends_in(name, ".scope"))
		return "it wants the whole name, which ends in .service, .scope or .slice";
	if (strlen(name) + is_escaped(name) > UNIT_NAME_MAX - 1)
		return "its name is too long";
	if (name[strspn(name, CHARACTERS)])
		return "no unit has such a name; systemd-escape(1) shows how it is written";
	if (strstr(name, "@."))
		return "it is a template; name an instance, NAME@INSTANCE.service";
	if (!strcmp(name, "-.slice"))
		return "every process is in it, and nothing would be denied; use "
		       "--profile=allow for that";
	if (slice && (*name == '-' || strstr(name, "--") || strstr(name, "-.slice")))
		return "no slice has such a name: it is the slices that it is in, with a dash "
		       "between each";
	return NULL;
}

const char *unit_of(const char *name)
{
	return *name == '_' ? name + 1 : name;
}

char *unit_at(const char *path)
{
	static const char *const roots[] = { "/sys/fs/cgroup/unified/", "/sys/fs/cgroup/" };
	size_t length = 0;
	char *name;

	for (size_t i = 0; !length && i < sizeof(roots) / sizeof(roots[0]); i++)
		if (!strncmp(path, roots[i], strlen(roots[i])))
			length = strlen(roots[i]);
	if (!length)
		return NULL;
	/* Slices alone, up to the unit. */
	for (path += length;; path += length + 1) {
		length = strcspn(path, "/");
		if (!path[length] || !path[length + 1])
			break;
		if (length <= 6 || strncmp(path + length - 6, ".slice", 6))
			return NULL;
	}
	name = strndup(path, length);
	if (name && *name == '_')
		memmove(name, name + 1, length);
	if (!name || !unit_wrong(name))
		return name;
	free(name);
	return NULL;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(a, b);
}

void unit_sort(struct units *units)
{
	size_t kept = 0;

	if (!units->count)
		return;
	qsort(units->list, units->count, sizeof(*units->list), by_name);
	for (size_t i = 0; i < units->count; i++)
		if (!i || strcmp(units->list[i], units->list[kept - 1]))
			memmove(units->list[kept++], units->list[i], sizeof(*units->list));
	units->count = kept;
}

int unit_find(struct units *units, char *const *names, size_t count)
{
	*units = (struct units){ calloc(count + 1, sizeof(*units->list)), 0 };
	if (!units->list)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++) {
		bool escaped = is_escaped(names[i]);

		if (escaped)
			units->list[i][0] = '_';
		memcpy(units->list[i] + escaped, names[i], strlen(names[i]));
	}
	units->count = count;
	unit_sort(units);
	return units->count > UNITS_MAX ? -E2BIG : 0;
}

void unit_into_policy(const struct units *units, struct policy *policy)
{
	policy->units = (__u32)units->count;
	policy->units_sum = digest(units->list, units->count * sizeof(*units->list));
}

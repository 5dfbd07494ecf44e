// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>

#include "abi/policy.h"
#include "words/kinds.h"
#include "kernel/split.h"

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x00000080
#endif

/* In the order in which kinds_clone() takes one: user comes last, it takes all capabilities. */
static const struct kind {
	const char *name;
	uint32_t kind;
	int clone;
} words[] = {
	{ "pid", NAMESPACE_PID, CLONE_NEWPID },
	{ "mnt", NAMESPACE_MNT, CLONE_NEWNS },
	{ "net", NAMESPACE_NET, CLONE_NEWNET },
	{ "ipc", NAMESPACE_IPC, CLONE_NEWIPC },
	{ "uts", NAMESPACE_UTS, CLONE_NEWUTS },
	{ "cgroup", NAMESPACE_CGROUP, CLONE_NEWCGROUP },
	{ "time", NAMESPACE_TIME, CLONE_NEWTIME },
	{ "user", NAMESPACE_USER, CLONE_NEWUSER },
	{ "none", KINDS_NONE, 0 },
};

#define WORDS (sizeof(words) / sizeof(words[0]))

int kinds_parse(const char *list, uint32_t *kinds, char *bad, size_t size)
{
	struct split items = split_list(list);

	*bad = '\0';
	if (!*list)
		return -EINVAL;
	while (split_next(&items)) {
		size_t i = 0;

		split_trim(&items);
		while (i < WORDS && !split_is(&items, words[i].name))
			i++;
		if (i == WORDS) {
			snprintf(bad, size, "%.*s", (int)items.length, items.item);
			return items.length ? -ENOENT : -EINVAL;
		}
		*kinds |= words[i].kind;
	}
	return 0;
}

void kinds_names(uint32_t kinds, char *text, size_t size)
{
	size_t used = 0;

	*text = '\0';
	for (size_t i = 0; i < WORDS; i++)
		if (kinds & words[i].kind && used < size)
			used += (size_t)snprintf(text + used, size - used, "%s%s", used ? "," : "",
						 words[i].name);
}

int kinds_clone(uint32_t kinds)
{
	for (size_t i = 0; i < WORDS; i++)
		if (kinds & words[i].kind)
			return words[i].clone;
	return 0;
}

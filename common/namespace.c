// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "namespace.h"
#include "policy.h"

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x00000080
#endif

#define NO_CHILD 125

/* In the order of preference for a child outside: user comes last, it takes all capabilities. */
static const struct namespace_word {
	const char *name;
	uint32_t kind;
	int clone;
} words[] = {
	{ "pid", NAMESPACE_PID, CLONE_NEWPID },	   { "mnt", NAMESPACE_MNT, CLONE_NEWNS },
	{ "net", NAMESPACE_NET, CLONE_NEWNET },	   { "ipc", NAMESPACE_IPC, CLONE_NEWIPC },
	{ "uts", NAMESPACE_UTS, CLONE_NEWUTS },	   { "cgroup", NAMESPACE_CGROUP, CLONE_NEWCGROUP },
	{ "time", NAMESPACE_TIME, CLONE_NEWTIME }, { "user", NAMESPACE_USER, CLONE_NEWUSER },
};

#define WORDS (sizeof(words) / sizeof(words[0]))

int namespace_parse(const char *list, uint32_t *kinds, char *bad, size_t size)
{
	for (;;) {
		size_t length = strcspn(list, ","), i;

		for (i = 0; i < WORDS; i++)
			if (strlen(words[i].name) == length &&
			    !strncmp(words[i].name, list, length))
				break;
		if (i == WORDS) {
			snprintf(bad, size, "%.*s", (int)(length < size ? length : size), list);
			return length ? -ENOENT : -EINVAL;
		}
		*kinds |= words[i].kind;
		if (!list[length])
			return 0;
		list += length + 1;
	}
}

void namespace_names(uint32_t kinds, char *text, size_t size)
{
	size_t used = 0;

	*text = '\0';
	for (size_t i = 0; i < WORDS; i++)
		if (kinds & words[i].kind && used < size)
			used += (size_t)snprintf(text + used, size - used, "%s%s", used ? "," : "",
						 words[i].name);
}

static int wait_for(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return NO_CHILD;
	return WIFEXITED(status) ? WEXITSTATUS(status) : NO_CHILD;
}

/* In the child. A new pid or time namespace is that of the next child. */
static int leave_and_try(uint32_t kinds, int (*try)(void))
{
	size_t i;
	pid_t pid;

	for (i = 0; i < WORDS; i++)
		if (kinds & words[i].kind)
			break;
	if (i == WORDS || unshare(words[i].clone))
		return NO_CHILD;
	pid = fork();
	if (pid < 0)
		return NO_CHILD;
	if (!pid)
		_exit(-try());
	return wait_for(pid);
}

int namespace_run(uint32_t kinds, bool outside, int (*try)(void))
{
	pid_t pid = fork();
	int status;

	if (pid < 0)
		return -ECHILD;
	if (!pid)
		_exit(outside ? leave_and_try(kinds, try) : -try());
	status = wait_for(pid);
	return status == NO_CHILD ? -ECHILD : -status;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * place [-d] KINDS|PID COMMAND...: runs COMMAND in new namespaces of these kinds, comma-separated,
 * or in the pid namespace of process PID, as a child that is in them; -d: without a child, so that
 * it is still in the pid namespace it was in. Exits with COMMAND's status, 2 where it could not.
 */
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x80
#endif

static const struct {
	const char *name;
	int flag;
} kinds[] = {
	{ "pid", CLONE_NEWPID },       { "mnt", CLONE_NEWNS },	  { "net", CLONE_NEWNET },
	{ "user", CLONE_NEWUSER },     { "ipc", CLONE_NEWIPC },	  { "uts", CLONE_NEWUTS },
	{ "cgroup", CLONE_NEWCGROUP }, { "time", CLONE_NEWTIME },
};

static int flags_of(char *list)
{
	int flags = 0;

	for (char *word = strtok(list, ","); word; word = strtok(NULL, ","))
		for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
			if (!strcmp(word, kinds[i].name))
				flags |= kinds[i].flag;
	return flags;
}

/* Root there is root here: what a process may write of itself (kernel/user_namespace.c). */
static void map(const char *file, const char *text)
{
	int fd = open(file, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		perror(file);
	close(fd);
}

static int enter(char *where)
{
	char path[64];
	int flags, fd;

	if (strspn(where, "0123456789") != strlen(where)) {
		flags = flags_of(where);
		if (!flags || unshare(flags))
			return -1;
		if (flags & CLONE_NEWUSER) {
			map("/proc/self/setgroups", "deny");
			map("/proc/self/uid_map", "0 0 1");
			map("/proc/self/gid_map", "0 0 1");
		}
		return 0;
	}
	snprintf(path, sizeof(path), "/proc/%s/ns/pid", where);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	return fd < 0 ? -1 : setns(fd, CLONE_NEWPID);
}

int main(int argc, char **argv)
{
	int direct = argc > 1 && !strcmp(argv[1], "-d"), status = 0;
	pid_t pid;

	argv += direct + 1;
	if (argc < 3 + direct)
		return 64;
	if (enter(argv[0])) {
		perror(argv[0]);
		return 2;
	}
	pid = direct ? 0 : fork();
	if (!pid) {
		execvp(argv[1], argv + 1);
		perror(argv[1]);
		return 2;
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return 2;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 2;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * token: in a user namespace of its own, to which the caller delegates a bpffs, makes a BPF
 * token and with it a map. Exits with 0 if it could, 1 if bpf(2) was denied with EPERM, 3 if
 * something else failed: before Linux 6.9 there are no tokens.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define TOKEN_CREATE 36		 /* BPF_TOKEN_CREATE, Linux 6.9 */
#define MAP_FLAG_TOKEN (1 << 16) /* BPF_F_TOKEN_FD */
#define MAP_TOKEN_FD 19		 /* where map_token_fd is, in words */

static int refused(const char *what)
{
	fprintf(stderr, "token: %s: %s\n", what, strerror(errno));
	return errno == EPERM ? 1 : 3;
}

static int use(int mount)
{
	__u32 attr[36] = { 0, (__u32)openat(mount, ".", O_RDONLY | O_DIRECTORY) };
	long token = syscall(SYS_bpf, TOKEN_CREATE, attr, sizeof(attr));

	if (token < 0)
		return refused("token_create");
	memset(attr, 0, sizeof(attr));
	attr[0] = BPF_MAP_TYPE_HASH; /* needs CAP_BPF, which only the token gives */
	attr[1] = attr[2] = 4;
	attr[3] = 1;
	attr[4] = MAP_FLAG_TOKEN;
	attr[MAP_TOKEN_FD] = (__u32)token;
	return syscall(SYS_bpf, BPF_MAP_CREATE, attr, sizeof(attr)) < 0 ? refused("map_create") : 0;
}

static int inside(const int *ready, const int *created)
{
	int fs, mount;
	char byte;

	if (unshare(CLONE_NEWUSER | CLONE_NEWNS))
		return 3;
	fs = fsopen("bpf", 0);
	if (write(ready[1], &fs, sizeof(fs)) != sizeof(fs) || read(created[0], &byte, 1) != 1)
		return 3;
	mount = fsmount(fs, 0, 0);
	return mount < 0 ? 3 : use(mount);
}

int main(void)
{
	int ready[2], created[2], fs = -1, status;
	pid_t pid;

	if (pipe(ready) || pipe(created))
		return 3;
	pid = (pid_t)syscall(SYS_clone, CLONE_FILES | SIGCHLD, NULL, NULL, NULL, NULL);
	if (!pid)
		_exit(inside(ready, created));
	if (pid < 0 || read(ready[0], &fs, sizeof(fs)) != sizeof(fs) || fs < 0)
		return 3;
	/* Only who has CAP_SYS_ADMIN in the initial user namespace delegates. */
	if (fsconfig(fs, FSCONFIG_SET_STRING, "delegate_cmds", "any", 0) ||
	    fsconfig(fs, FSCONFIG_SET_STRING, "delegate_maps", "any", 0) ||
	    fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0) || write(created[1], "", 1) != 1 ||
	    waitpid(pid, &status, 0) != pid)
		return 3;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 3;
}

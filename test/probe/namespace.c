// SPDX-License-Identifier: GPL-2.0-only
/*
 * namespace [-u | -g GID | -G GID] WAY KIND: as user 1000, or with that supplementary group alone,
 * or also as its own, makes a namespace or joins one, and leaves with it. KIND is mnt, net, pid,
 * ipc, uts, cgroup, time, user or none. WAYS:
 *   clone, clone3, unshare   make one; "time" is not for clone(2)
 *   thread                   unshare(2) by a thread
 *   fork                     clone3(2), changing the flags in memory meanwhile
 *   unshare32                unshare(2) by the entry of 32-bit processes
 *   segment                  the same from a code segment of the process's own (x86-64)
 *   empty, unshare_empty     make an empty mount namespace (Linux 7.1)
 *   join, pidfd, handle      setns(2) into its own, by file, by pidfd, by file handle (Linux 6.18)
 *   join32                   by the entry of 32-bit processes
 *   open_tree, open_tree_attr, fsmount   make a mount namespace (Linux 7.0)
 *   power                    makes a user namespace and uses a capability there
 *   filter                   the same for a filter of system calls, where the kernel only wants to
 *                            know whether it has one
 * Exits as probes do: 0 allowed, 1 denied, 2 not tried, 3 something else refused it.
 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>

#ifdef __x86_64__
#include <asm/ldt.h>
#endif

#include "call32.h"

static const struct {
	const char *name;
	unsigned int flag;
} kinds[] = {
	{ "mnt", CLONE_NEWNS },	       { "net", CLONE_NEWNET },	  { "pid", CLONE_NEWPID },
	{ "ipc", CLONE_NEWIPC },       { "uts", CLONE_NEWUTS },	  { "user", CLONE_NEWUSER },
	{ "cgroup", CLONE_NEWCGROUP }, { "time", CLONE_NEWTIME }, { "none", 0 },
};

static const char *kind;

static int end(long ret)
{
	int error = errno;

	if (ret >= 0)
		return 0;
	fprintf(stderr, "%s: %s\n", kind, strerror(error));
	/* Where cred_prepare says no (kernel/user_namespace.c: unshare_userns). */
	if (error == ENOMEM && !strcmp(kind, "user"))
		return 1;
	return error == EPERM || error == EACCES ? 1 : error == ENOSYS || error == EINVAL ? 2 : 3;
}

static int reap(long pid)
{
	if (!pid)
		_exit(0);
	if (pid > 0)
		waitpid((pid_t)pid, NULL, 0);
	return end(pid);
}

static int by_clone3(unsigned long long flag)
{
	struct clone_args args = { .flags = flag, .exit_signal = SIGCHLD };

	return reap(syscall(SYS_clone3, &args, sizeof(args)));
}

/* Another thread writes the flags all the time. */
static struct clone_args shared = { .exit_signal = SIGCHLD };
static unsigned int wanted;
static volatile int stop;

static void *flip(void *unused)
{
	volatile __u64 *flags = (volatile __u64 *)&shared.flags;

	while (!stop) {
		*flags = 0;
		*flags = wanted;
	}
	return unused;
}

/* Whether it ever got one: the link of the child's tells. */
static int by_race(unsigned int flag)
{
	char path[64], own[64] = "", its[64];
	pthread_t thread;
	int got = 0, tried = 0;

	wanted = flag;
	snprintf(path, sizeof(path), "/proc/self/ns/%s", kind);
	if (readlink(path, own, sizeof(own) - 1) < 0 || pthread_create(&thread, NULL, flip, NULL))
		return 2;
	for (int i = 0; i < 2000 && !got; i++) {
		long pid = syscall(SYS_clone3, &shared, sizeof(shared));
		int status;

		if (!pid) {
			memset(its, 0, sizeof(its));
			_exit(readlink(path, its, sizeof(its) - 1) > 0 && strcmp(own, its) ? 42
											   : 0);
		}
		if (pid < 0) {
			tried++;
			continue;
		}
		waitpid((pid_t)pid, &status, 0);
		got = WIFEXITED(status) && WEXITSTATUS(status) == 42;
	}
	stop = 1;
	pthread_join(thread, NULL);
	return got ? 0 : tried ? 1 : 2;
}

static void *in_thread(void *flag)
{
	return (void *)(long)end(unshare(*(int *)flag));
}

static int by_thread(unsigned int flag)
{
	pthread_t thread;
	void *ret;

	if (pthread_create(&thread, NULL, in_thread, &flag) || pthread_join(thread, &ret))
		return 2;
	return (int)(long)ret;
}

/* unshare(2), setns(2) */
static int unshare32(unsigned int flag)
{
	return end(enter32(NR32(310, 337), flag, 0, 0, 0, 0));
}

/*
 * By jumps: to 32-bit code in the first segment of the LDT, which asks, and back to where the
 * kernel has the one of 64 bits.
 */
static int by_segment(unsigned int flag)
{
#ifdef __x86_64__
	static const struct user_desc segment = {
		.limit = 0xfffff, .seg_32bit = 1, .contents = 2, .limit_in_pages = 1
	};
	enum { BACK = 64, TARGET = 128 };
	unsigned char *low = low_memory(4096);
	struct {
		unsigned int offset;
		unsigned short segment;
	} __attribute__((packed)) there = { (unsigned int)(unsigned long)low, 7 },
				  back = { there.offset + BACK, 0x33 };
	int ret = NR32(310, 337);

	if (low == MAP_FAILED || syscall(SYS_modify_ldt, 1, &segment, sizeof(segment)) ||
	    mprotect(low, 4096, PROT_READ | PROT_WRITE | PROT_EXEC))
		return 2;
	memcpy(low, "\xcd\x80\xea", 3); /* int $0x80; ljmp */
	memcpy(low + 3, &back, sizeof(back));
	memcpy(low + BACK, "\x41\xff\xe5", 3); /* jmp *%r13 */
	memcpy(low + TARGET, &there, sizeof(there));
	__asm__ volatile("lea 1f(%%rip), %%r13\n\t"
			 "mov %%rsp, %%r12\n\t" /* of which 32 bits come back */
			 "ljmp *(%[target])\n"
			 "1:\n\t"
			 "mov %%r12, %%rsp\n\t"
			 : "+a"(ret)
			 : "b"(flag), [target] "D"(low + TARGET)
			 : "r12", "r13", "memory", "cc", "rcx", "rdx", "r8", "r9", "r10", "r11");
	errno = ret < 0 ? -ret : 0;
	return end(ret < 0 ? -1 : 0);
#else
	(void)flag;
	return 2;
#endif
}

static int setns32(int fd, unsigned int flag)
{
	return end(enter32(NR32(346, 375), fd, flag, 0, 0, 0));
}

static int own(void)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/ns/%s", kind);
	return open(path, O_RDONLY | O_CLOEXEC);
}

static int by_handle(unsigned int flag)
{
	struct {
		struct file_handle handle;
		unsigned char room[64];
	} its = { .handle.handle_bytes = 64 };
	char path[64];
	int mount, fd;

	snprintf(path, sizeof(path), "/proc/self/ns/%s", kind);
	if (name_to_handle_at(AT_FDCWD, path, &its.handle, &mount, AT_SYMLINK_FOLLOW))
		return 2;
	fd = open_by_handle_at(-10003 /* FD_NSFS_ROOT */, &its.handle, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		perror("open_by_handle_at");
		return errno == EPERM ? 1 : 2;
	}
	return end(setns(fd, (int)flag));
}

static int by_fsmount(void)
{
	int fs = (int)syscall(SYS_fsopen, "tmpfs", 0);

	if (fs < 0 || syscall(SYS_fsconfig, fs, 6 /* FSCONFIG_CMD_CREATE */, NULL, NULL, 0))
		return 2;
	return end(syscall(SYS_fsmount, fs, 2 /* FSMOUNT_NAMESPACE */, 0));
}

static int by_power(void)
{
	if (unshare(CLONE_NEWUSER))
		return 2;
	return end(prctl(PR_CAPBSET_DROP, 22, 0, 0, 0));
}

/* Without PR_SET_NO_NEW_PRIVS: what is executed as another user later is filtered too. */
static int by_filter(void)
{
	struct sock_filter allow = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	const struct sock_fprog filter = { 1, &allow };

	if (unshare(CLONE_NEWUSER))
		return 2;
	return end(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter, 0, 0));
}

static int make(const char *way, unsigned int flag)
{
	if (!strcmp(way, "clone"))
		return reap(syscall(SYS_clone, flag | SIGCHLD, 0, 0, 0, 0));
	if (!strcmp(way, "clone3"))
		return by_clone3(flag);
	if (!strcmp(way, "unshare"))
		return end(unshare((int)flag));
	if (!strcmp(way, "thread"))
		return by_thread(flag);
	if (!strcmp(way, "fork"))
		return by_race(flag);
	if (!strcmp(way, "unshare32"))
		return unshare32(flag);
	if (!strcmp(way, "segment"))
		return by_segment(flag);
	if (!strcmp(way, "join"))
		return end(setns(own(), (int)flag));
	if (!strcmp(way, "join32"))
		return setns32(own(), flag);
	if (!strcmp(way, "pidfd"))
		return end(setns((int)syscall(SYS_pidfd_open, getpid(), 0), (int)flag));
	if (!strcmp(way, "handle"))
		return by_handle(flag);
	if (!strcmp(way, "empty"))
		return by_clone3(1ULL << 37 /* CLONE_EMPTY_MNTNS */);
	if (!strcmp(way, "unshare_empty"))
		return end(unshare(0x00100000 /* UNSHARE_EMPTY_MNTNS */));
	if (!strcmp(way, "open_tree"))
		return end(syscall(SYS_open_tree, AT_FDCWD, "/", 2 /* OPEN_TREE_NAMESPACE */));
	if (!strcmp(way, "open_tree_attr"))
		return end(syscall(467, AT_FDCWD, "/", 2 /* OPEN_TREE_NAMESPACE */, NULL, 0));
	if (!strcmp(way, "fsmount"))
		return by_fsmount();
	if (!strcmp(way, "filter"))
		return by_filter();
	return !strcmp(way, "power") ? by_power() : 64;
}

int main(int argc, char **argv)
{
	if (argc == 4 && !strcmp(argv[1], "-u")) {
		if (setgid(1000) || setuid(1000))
			return 2;
		argv++;
		argc--;
	}
	if (argc == 5 && (!strcmp(argv[1], "-g") || !strcmp(argv[1], "-G"))) {
		gid_t gid = (gid_t)atoi(argv[2]);

		if (setgroups(1, &gid) || (argv[1][1] == 'G' && setgid(gid)))
			return 2;
		argv += 2;
		argc -= 2;
	}
	if (argc != 3)
		return 64;
	kind = argv[2];
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (!strcmp(kinds[i].name, kind))
			return make(argv[1], kinds[i].flag);
	return 64;
}

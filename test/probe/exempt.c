// SPDX-License-Identifier: GPL-2.0-only
/*
 * exempt: loads bpfrestrict's own program under the profile restricted with itself as the
 * loader, and has everybody who could pass for it try a command that the loader may do.
 * Prints ten lines, `not ok` where it was anybody but the loader that could; the last is of
 * a process that outlives this one. exempt alike: the first eight, by the numbers alone.
 */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <linux/sched.h>

#include "../../bpfrestrict/bpfrestrict.h"
#include "bpfrestrict.skel.h"
#include "load/loader.h"

static int failures;

/* An empty attribute: EPERM where the hook denies it, EFAULT or EINVAL where it does not. */
static int denied(int cmd)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	return syscall(SYS_bpf, cmd, &attr, sizeof(attr)) < 0 && errno == EPERM;
}

static void report(const char *who, int is, int want)
{
	printf("%s - exempt: %s is %s\n", is == want ? "ok" : "not ok", who,
	       is ? "denied" : "allowed");
	fflush(stdout);
	failures += is != want;
}

/* What a child that exits with denied() said. */
static int said(pid_t pid)
{
	int status = 0;

	if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		exit(2);
	return WEXITSTATUS(status);
}

static int child(void *unused)
{
	(void)unused;
	return denied(BPF_OBJ_GET);
}

static pid_t forked(void)
{
	pid_t pid = fork();

	if (!pid)
		_exit(child(NULL));
	return pid;
}

static pid_t sharing_memory(void)
{
	static char stack[65536] __attribute__((aligned(16)));

	return clone(child, stack + sizeof(stack), CLONE_VM | SIGCHLD, NULL);
}

static void *thread(void *unused)
{
	(void)unused;
	return (void *)(long)denied(BPF_OBJ_GET);
}

/* Once the leader is a zombie: its thread, and then whoever comes by its number. */
static void *outlive(void *unused)
{
	pid_t leader = getpid();
	struct clone_args args = { .set_tid = (__u64)(unsigned long)&leader,
				   .set_tid_size = 1,
				   .exit_signal = SIGCHLD };
	char path[64], state = 0;
	FILE *file;

	(void)unused;
	snprintf(path, sizeof(path), "/proc/self/task/%d/stat", leader);
	while (state != 'Z') {
		file = fopen(path, "r");
		if (!file || fscanf(file, "%*d %*s %c", &state) != 1)
			exit(2);
		fclose(file);
		sched_yield();
	}
	report("a thread that outlives the loader", denied(BPF_OBJ_GET), 1);
	if (!fork()) {
		/* The number is free once the whole group is gone and reaped. */
		long twin;

		while ((twin = syscall(SYS_clone3, &args, sizeof(args))) < 0 && errno == EEXIST)
			sched_yield();
		if (!twin) {
			report("a process of the loader's number",
			       getpid() == leader ? denied(BPF_OBJ_GET) : 2, 1);
			_exit(failures != 0);
		}
		_exit(twin < 0 ? 2 : said((pid_t)twin));
	}
	_exit(failures != 0);
}

static void traced(void)
{
	pid_t self = getpid(), tracer;
	int ready[2], *attached = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
				       MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (attached == MAP_FAILED || pipe(ready))
		exit(2);
	tracer = fork();
	if (!tracer) {
		*attached = ptrace(PTRACE_SEIZE, self, NULL, NULL) ? -1 : 1;
		while (*(volatile int *)attached != 2)
			sched_yield();
		_exit(0); /* which detaches */
	}
	while (!*(volatile int *)attached)
		sched_yield();
	report("the loader while it is traced", *attached == 1 ? denied(BPF_OBJ_GET) : 2, 1);
	*attached = 2;
	waitpid(tracer, NULL, 0);
}

int main(int argc, char **argv)
{
	/* As if all that come were started in the loader's own tick: by their numbers alone. */
	const int alike = argc > 1 && !strcmp(argv[1], "alike");
	struct bpfrestrict_bpf *skeleton = bpfrestrict_bpf__open();
	struct bpfrestrict_frozen *frozen;
	struct frozen *state;
	pthread_t id;
	void *result;

	if (!skeleton)
		return 2;
	state = (struct frozen *)&skeleton->rodata->state;
	state->policy.profile = PROFILE_RESTRICTED;
	state->policy.namespaces = NAMESPACE_PID;
	state->sets = 1;
	frozen = (struct bpfrestrict_frozen *)&skeleton->rodata->frozen;
	frozen->commands = 30;
	if (loader_identity(&frozen->loader))
		return 2;
	if (alike)
		frozen->loader.end = ~0ULL;
	if (bpfrestrict_bpf__load(skeleton))
		return 2;
	report("before, everybody", denied(BPF_MAP_CREATE), 0);
	skeleton->links.bpf = bpf_program__attach(skeleton->progs.bpf);
	if (!skeleton->links.bpf)
		return 2;
	report("the loader", denied(BPF_OBJ_GET), 0);
	report("the loader, with a command that it needs no more", denied(BPF_MAP_CREATE), 1);
	report("a forked child", said(forked()), 1);
	report("a child that shares its memory", said(sharing_memory()), 1);
	if (pthread_create(&id, NULL, thread, NULL) || pthread_join(id, &result))
		return 2;
	report("a thread", (int)(long)result, 1);
	traced();
	report("the loader once more", denied(BPF_OBJ_GET), 0);
	if (alike)
		return failures != 0;
	if (pthread_create(&id, NULL, outlive, NULL))
		return 2;
	pthread_exit(NULL);
}

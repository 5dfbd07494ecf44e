// SPDX-License-Identifier: GPL-2.0-only
/*
 * disturb all|race|hold: as root, does to every BPF link, map and program of the machine,
 * found by its number, what bpf(2) offers, and succeeds if opening /dev/mem in a new
 * pid namespace is denied before and after each. With race it changes maps as they
 * appear, before their owner freezes them, and with hold it keeps all links open and
 * makes /tmp/held, both until SIGTERM. It prints what it did.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/bpf.h>

static int done, worked;

static long bpf(int cmd, union bpf_attr *attr)
{
	return syscall(SYS_bpf, cmd, attr, sizeof(*attr));
}

/* Whether /dev/mem is denied to who is in a new pid namespace. */
static bool denied(void)
{
	int status;
	pid_t pid = fork();

	if (!pid) {
		if (unshare(CLONE_NEWPID))
			_exit(2);
		pid = fork();
		if (!pid)
			_exit(open("/dev/mem", O_RDONLY) < 0 && errno == EPERM ? 0 : 1);
		waitpid(pid, &status, 0);
		_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 2);
	}
	waitpid(pid, &status, 0);
	return WIFEXITED(status) && !WEXITSTATUS(status);
}

/* After each deed: says what became of it, and ends the run if the verdict changed. */
static void after(const char *what, __u32 id, long result)
{
	done++;
	if (result >= 0)
		printf("disturb: %s of %u works\n", what, id);
	worked += result >= 0;
	if (denied())
		return;
	printf("disturb: %s of %u: not denied any more\n", what, id);
	exit(1);
}

static __u32 next(int cmd, __u32 id)
{
	union bpf_attr attr = { .start_id = id };

	return bpf(cmd, &attr) ? 0 : attr.next_id;
}

static int descriptor(int cmd, __u32 id)
{
	union bpf_attr attr = { .link_id = id };

	return (int)bpf(cmd, &attr);
}

/* Values that would open the door: all zeros, profile allow, all ones. */
static const unsigned char fills[] = { 0, 1, 0xff };

static long update(int fd, const void *key, unsigned char fill)
{
	static unsigned char value[65536];
	union bpf_attr attr = { .map_fd = (__u32)fd, .key = (__u64)key, .value = (__u64)value };

	memset(value, fill, sizeof(value));
	return bpf(BPF_MAP_UPDATE_ELEM, &attr);
}

/* The number of the root of all cgroups: who is in it is everybody. */
static const unsigned long long root_cgroup = 1;

static void map(__u32 id, int fd)
{
	static unsigned char first[1024];
	union bpf_attr key = { .map_fd = (__u32)fd, .next_key = (__u64)first };
	union bpf_attr freeze = { .map_fd = (__u32)fd };
	union bpf_attr batch = { .batch = { .map_fd = (__u32)fd,
					    .count = 1,
					    .keys = (__u64)first,
					    .values = (__u64)first } };
	void *memory;

	bpf(BPF_MAP_GET_NEXT_KEY, &key);
	for (size_t i = 0; i < sizeof(fills); i++) {
		after("update", id, update(fd, first, fills[i]));
		after("insertion", id, update(fd, &root_cgroup, fills[i]));
	}
	key.value = 0;
	key.key = (__u64)first;
	after("deletion", id, bpf(BPF_MAP_DELETE_ELEM, &key));
	after("batch update", id, bpf(BPF_MAP_UPDATE_BATCH, &batch));
	after("batch deletion", id, bpf(BPF_MAP_DELETE_BATCH, &batch));
	memory = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	after("mapping", id, memory == MAP_FAILED ? -1 : 0);
	after("freezing", id, bpf(BPF_MAP_FREEZE, &freeze));
}

static void link_(__u32 id, int fd)
{
	union bpf_attr detach = { .link_detach = { .link_fd = (__u32)fd } };
	__u32 program = 0;

	after("detachment", id, bpf(BPF_LINK_DETACH, &detach));
	while ((program = next(BPF_PROG_GET_NEXT_ID, program))) {
		int new = descriptor(BPF_PROG_GET_FD_BY_ID, program);
		union bpf_attr attr = { .link_update = { .link_fd = (__u32)fd,
							 .new_prog_fd = (__u32) new } };

		after("link update", id, bpf(BPF_LINK_UPDATE, &attr));
		close(new);
	}
}

static void program(__u32 id, int fd)
{
	const __u32 types[] = { BPF_LSM_MAC, BPF_MODIFY_RETURN, BPF_TRACE_ITER };

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		union bpf_attr attr = { .target_fd = 0,
					.attach_bpf_fd = (__u32)fd,
					.attach_type = types[i] };

		after("program detachment", id, bpf(BPF_PROG_DETACH, &attr));
	}
}

static void each(int get_next, int get, void (*deed)(__u32 id, int fd))
{
	__u32 id = 0;

	while ((id = next(get_next, id))) {
		int fd = descriptor(get, id);

		if (fd < 0)
			continue;
		deed(id, fd);
		close(fd);
	}
}

/* A bpffs of its own: pins a link there and removes that pin, and the mount. */
static void bpffs(__u32 id, int fd)
{
	char path[] = "/tmp/disturb/pin";
	union bpf_attr attr = { .pathname = (__u64)path, .bpf_fd = (__u32)fd };

	mkdir("/tmp", 0700);
	mkdir("/tmp/disturb", 0700);
	if (mount("bpf", "/tmp/disturb", "bpf", 0, NULL))
		return;
	after("pinning elsewhere", id, bpf(BPF_OBJ_PIN, &attr));
	after("unpinning there", id, unlink(path));
	after("unmounting that", id, umount2("/tmp/disturb", MNT_DETACH));
}

static volatile sig_atomic_t stopped;

static void stop(int signal)
{
	(void)signal;
	stopped = 1;
}

static int race(void)
{
	__u32 last = 0, id;

	while ((id = next(BPF_MAP_GET_NEXT_ID, last)))
		last = id;
	while (!stopped) {
		id = next(BPF_MAP_GET_NEXT_ID, last);
		if (!id)
			continue;
		int fd = descriptor(BPF_MAP_GET_FD_BY_ID, id);
		const __u32 zero = 0;

		for (int i = 0; fd >= 0 && i < 100; i++) {
			worked += !update(fd, &zero, 0);
			worked += !update(fd, &root_cgroup, 1);
		}
		close(fd);
		last = id;
	}
	printf("disturb: %d changes\n", worked);
	return 0;
}

static int hold(void)
{
	__u32 id = 0;

	while ((id = next(BPF_LINK_GET_NEXT_ID, id)))
		worked += descriptor(BPF_LINK_GET_FD_BY_ID, id) >= 0;
	close(open("/tmp/held", O_CREAT | O_WRONLY, 0600));
	while (!stopped)
		pause();
	return worked ? 0 : 1;
}

int main(int argc, char **argv)
{
	signal(SIGTERM, stop);
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc == 2 && !strcmp(argv[1], "race"))
		return race();
	if (argc == 2 && !strcmp(argv[1], "hold"))
		return hold();
	if (!denied()) {
		puts("disturb: not denied to begin with");
		return 2;
	}
	each(BPF_LINK_GET_NEXT_ID, BPF_LINK_GET_FD_BY_ID, link_);
	each(BPF_LINK_GET_NEXT_ID, BPF_LINK_GET_FD_BY_ID, bpffs);
	each(BPF_PROG_GET_NEXT_ID, BPF_PROG_GET_FD_BY_ID, program);
	each(BPF_MAP_GET_NEXT_ID, BPF_MAP_GET_FD_BY_ID, map);
	printf("disturb: %d deeds, %d worked, none changed the verdict\n", done, worked);
	return done < 50;
}

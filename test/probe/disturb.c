// SPDX-License-Identifier: GPL-2.0-only
/*
 * disturb [-t] all|race|hold|shut PROGRAM: as root, does to every BPF link, map and program of the
 * machine, found by its number, what bpf(2) offers, and succeeds if opening /dev/mem in a new pid
 * namespace, and whatever else the suite denies to begin with, is denied after each. With race it
 * changes maps as they appear, before their owner freezes them, and with hold it keeps all links
 * open and makes /tmp/held, both until SIGTERM. It prints what it did. With -t a second thread
 * shares the descriptors.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/bpf.h>

#include "doors.h"

static int done, worked;
static unsigned int shut_first; /* the doors that were shut at the start */

static long bpf(int cmd, union bpf_attr *attr)
{
	return syscall(SYS_bpf, cmd, attr, sizeof(*attr));
}

/* The doors that are shut to who is in a new pid namespace. */
static unsigned int denied(void)
{
	unsigned int shut = 0;
	int ends[2];
	pid_t pid;

	if (pipe(ends))
		return 0;
	pid = fork();
	if (!pid) {
		if (unshare(CLONE_NEWPID))
			_exit(1);
		pid = fork();
		if (!pid) {
			shut = doors_shut();
			_exit(write(ends[1], &shut, sizeof(shut)) != sizeof(shut));
		}
		waitpid(pid, NULL, 0);
		_exit(0);
	}
	close(ends[1]);
	if (read(ends[0], &shut, sizeof(shut)) != sizeof(shut))
		shut = 0;
	close(ends[0]);
	waitpid(pid, NULL, 0);
	return shut;
}

/* After each deed: says what became of it, and ends the run if a verdict changed. */
static void after(const char *what, __u32 id, long result)
{
	unsigned int shut;

	done++;
	if (result >= 0)
		printf("disturb: %s of %u works\n", what, id);
	worked += result >= 0;
	shut = denied();
	for (unsigned int i = 0; i < DOORS; i++)
		if ((shut_first & ~shut) >> i & 1)
			printf("disturb: %s of %u: not denied any more by %s\n", what, id,
			       doors[i].program);
	if (shut != shut_first)
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
	after("look-up and deletion", id, bpf(BPF_MAP_LOOKUP_AND_DELETE_ELEM, &key));
	after("batch look-up and deletion", id, bpf(BPF_MAP_LOOKUP_AND_DELETE_BATCH, &batch));
	memory = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	after("mapping", id, memory == MAP_FAILED ? -1 : 0);
	after("freezing", id, bpf(BPF_MAP_FREEZE, &freeze));
}

static void link_(__u32 id, int fd)
{
	union bpf_attr detach = { .link_detach = { .link_fd = (__u32)fd } };
	__u32 program = 0;

	union bpf_attr create = { .iter_create = { .link_fd = (__u32)fd } };
	int made = (int)bpf(BPF_ITER_CREATE, &create);

	after("iterator", id, made);
	close(made);
	after("detachment", id, bpf(BPF_LINK_DETACH, &detach));
	while ((program = next(BPF_PROG_GET_NEXT_ID, program))) {
		int new = descriptor(BPF_PROG_GET_FD_BY_ID, program);
		union bpf_attr attr = { .link_update = { .link_fd = (__u32)fd,
							 .new_prog_fd = (__u32) new } };

		after("link update", id, bpf(BPF_LINK_UPDATE, &attr));
		close(new);
	}
}

/* Attaches the program a second time, and detaches that. */
static void link_once_more(__u32 id, int fd, __u32 type)
{
	union bpf_attr create = { .link_create = { .prog_fd = (__u32)fd, .attach_type = type } };
	union bpf_attr open = { .raw_tracepoint = { .prog_fd = (__u32)fd } };
	int link = (int)bpf(BPF_LINK_CREATE, &create);

	after("second link", id, link);
	close(link);
	after("its end", id, 0);
	link = (int)bpf(BPF_RAW_TRACEPOINT_OPEN, &open);
	after("second attachment", id, link);
	close(link);
	after("its end", id, 0);
}

/* As an element of a map of @type, and as the program that the map is bound to. */
static void into_map(__u32 id, int fd, __u32 type)
{
	union bpf_attr create = {
		.map_type = type, .key_size = 4, .value_size = 4, .max_entries = 1
	};
	const __u32 key = 0, value = (__u32)fd;
	int made = (int)bpf(BPF_MAP_CREATE, &create);
	union bpf_attr put = { .map_fd = (__u32)made, .key = (__u64)&key, .value = (__u64)&value };
	union bpf_attr bind = { .prog_bind_map = { .prog_fd = (__u32)fd, .map_fd = (__u32)made } };

	after("element", id, type == BPF_MAP_TYPE_PROG_ARRAY ? bpf(BPF_MAP_UPDATE_ELEM, &put) : -1);
	after("binding", id, bpf(BPF_PROG_BIND_MAP, &bind));
	close(made);
	after("end of that map", id, 0);
}

static void program(__u32 id, int fd)
{
	const __u32 types[] = { BPF_LSM_MAC, BPF_MODIFY_RETURN, BPF_TRACE_ITER };
	union bpf_attr run = { .test = { .prog_fd = (__u32)fd } };

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		union bpf_attr attr = { .target_fd = 0,
					.attach_bpf_fd = (__u32)fd,
					.attach_type = types[i] };

		after("program detachment", id, bpf(BPF_PROG_DETACH, &attr));
		after("program attachment", id, bpf(BPF_PROG_ATTACH, &attr));
		link_once_more(id, fd, types[i]);
	}
	after("run", id, bpf(BPF_PROG_TEST_RUN, &run));
	into_map(id, fd, BPF_MAP_TYPE_PROG_ARRAY);
	into_map(id, fd, BPF_MAP_TYPE_ARRAY);
}

/* Loads "return 0" of @type, to be attached to function @function of program @target. */
static int load_over(int target, __u32 type, __u32 attach, __u32 function, int btf)
{
	const struct bpf_insn code[] = {
		{ BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_0, 0, 0, 0 },
		{ BPF_JMP | BPF_EXIT, 0, 0, 0, 0 },
	};
	const struct bpf_func_info self = { .type_id = function };
	union bpf_attr attr = { .prog_type = type,
				.insns = (__u64)code,
				.insn_cnt = 2,
				.license = (__u64) "GPL",
				.expected_attach_type = attach,
				.prog_btf_fd = (__u32)btf,
				.func_info = (__u64)&self,
				.func_info_cnt = 1,
				.func_info_rec_size = sizeof(self),
				.attach_btf_id = function,
				.attach_prog_fd = (__u32)target };

	return (int)bpf(BPF_PROG_LOAD, &attr);
}

/* Puts another program in place of each function of this one, or around it. */
static void replacement(__u32 id, int fd)
{
	static const struct {
		const char *what;
		__u32 type, attach;
	} ways[] = {
		{ "replacement", BPF_PROG_TYPE_EXT, 0 },
		{ "fentry", BPF_PROG_TYPE_TRACING, BPF_TRACE_FENTRY },
		{ "fexit", BPF_PROG_TYPE_TRACING, BPF_TRACE_FEXIT },
		{ "fmod_ret", BPF_PROG_TYPE_TRACING, BPF_MODIFY_RETURN },
	};
	size_t count = sizeof(ways) / sizeof(ways[0]);
	struct bpf_func_info functions[64];
	struct utsname u;
	struct bpf_prog_info info = { .func_info = (__u64)functions,
				      .nr_func_info = 64,
				      .func_info_rec_size = sizeof(functions[0]) };
	union bpf_attr attr = {
		.info = { .bpf_fd = (__u32)fd, .info_len = sizeof(info), .info = (__u64)&info }
	};
	int btf;

	/* 5.10 dies of the others (kernel/bpf/verifier.c: check_return_code, attach_func_proto). */
	if (!uname(&u) && !strncmp(u.release, "5.10.", 5))
		count = 1;
	if (bpf(BPF_OBJ_GET_INFO_BY_FD, &attr))
		return;
	/* What keeps kernel.ftrace_enabled at 1, which can be detached as well. */
	if (info.type == BPF_PROG_TYPE_CGROUP_SYSCTL && info.nr_func_info < 2)
		return;
	btf = descriptor(BPF_BTF_GET_FD_BY_ID, info.btf_id);
	for (__u32 i = 0; i < info.nr_func_info; i++) {
		for (size_t way = 0; way < count; way++) {
			int program = load_over(fd, ways[way].type, ways[way].attach,
						functions[i].type_id, btf);
			union bpf_attr open = { .raw_tracepoint = { .prog_fd = (__u32)program } };
			int link = program < 0 ? -1 : (int)bpf(BPF_RAW_TRACEPOINT_OPEN, &open);

			/* Of a function that no door asks it is not seen in a verdict. */
			if (program >= 0 && ways[way].type == BPF_PROG_TYPE_EXT) {
				printf("disturb: function %u of %u can be replaced\n", i, id);
				exit(1);
			}
			after(ways[way].what, id, link);
			close(link);
			close(program);
		}
	}
	close(btf);
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

static void *wait_for_ever(void *unused)
{
	(void)unused;
	for (;;)
		pause();
	return NULL;
}

int main(int argc, char **argv)
{
	const struct rlimit unlimited = { RLIM_INFINITY, RLIM_INFINITY };
	pthread_t thread;

	/* Before 5.11 what the suite loaded counts against it too. */
	setrlimit(RLIMIT_MEMLOCK, &unlimited);
	signal(SIGTERM, stop);
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc > 2 && !strcmp(argv[1], "-t")) {
		if (pthread_create(&thread, NULL, wait_for_ever, NULL))
			return 2;
		argc--;
		argv++;
	}
	if (argc == 2 && !strcmp(argv[1], "race"))
		return race();
	if (argc == 2 && !strcmp(argv[1], "hold"))
		return hold();
	shut_first = denied();
	if (argc == 3 && !strcmp(argv[1], "shut")) {
		for (unsigned int i = 0; i < DOORS; i++)
			if (!strcmp(doors[i].program, argv[2]))
				return !(shut_first >> i & 1);
		return 64;
	}
	if (!(shut_first & 1)) {
		puts("disturb: not denied to begin with");
		return 2;
	}
	for (unsigned int i = 0; i < DOORS; i++)
		printf("disturb: %s: %s\n", doors[i].program,
		       shut_first >> i & 1 ? "denies" : "does not");
	each(BPF_LINK_GET_NEXT_ID, BPF_LINK_GET_FD_BY_ID, link_);
	each(BPF_LINK_GET_NEXT_ID, BPF_LINK_GET_FD_BY_ID, bpffs);
	each(BPF_PROG_GET_NEXT_ID, BPF_PROG_GET_FD_BY_ID, program);
	each(BPF_PROG_GET_NEXT_ID, BPF_PROG_GET_FD_BY_ID, replacement);
	each(BPF_MAP_GET_NEXT_ID, BPF_MAP_GET_FD_BY_ID, map);
	printf("disturb: %d deeds, %d worked, none changed the verdict\n", done, worked);
	return done < 50;
}

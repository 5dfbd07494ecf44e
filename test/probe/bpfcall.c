// SPDX-License-Identifier: GPL-2.0-only
/*
 * bpfcall WHAT [ARGUMENT]: one use of BPF, without any library. Exits with 0 if it was
 * done, 1 if bpf(2) was denied with EPERM, 2 if it could not be tried, 3 if it failed
 * otherwise, 4 if a helper was denied. What is named `held` wants to be started by
 * `bpfcall hold COMMAND...`; `named NAME` does the same with a name for the program,
 * `traced COMMAND...` traces a command, `reuse PID` tries as that process.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/btf.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define POINTER(p) ((__u64)(unsigned long)(p))
#define HELD_MAP 100
#define HELD_PROG 101

static union bpf_attr attr;
static const char *program_name = "";

/* The last attribute is cleared first by whoever fills in the next. */
static int call(int cmd)
{
	long ret = syscall(SYS_bpf, cmd, &attr, sizeof(attr));

	if (ret < 0)
		fprintf(stderr, "bpfcall: command %d: %s\n", cmd, strerror(errno));
	return (int)ret;
}

static int done(long ret)
{
	return ret >= 0 ? 0 : errno == EPERM ? 1 : 3;
}

static int map_create(void)
{
	memset(&attr, 0, sizeof(attr));
	attr.map_type = BPF_MAP_TYPE_ARRAY;
	attr.key_size = 4;
	attr.value_size = 8;
	attr.max_entries = 1;
	return call(BPF_MAP_CREATE);
}

static int map_element(int cmd, int fd)
{
	static __u32 key;
	static __u64 value;

	memset(&attr, 0, sizeof(attr));
	attr.map_fd = (__u32)fd;
	attr.key = POINTER(&key);
	attr.value = POINTER(&value);
	return call(cmd);
}

static int prog_load(__u32 type, __u32 attach, int writes)
{
	const struct bpf_insn program[] = {
		{ BPF_ST | BPF_MEM | BPF_DW, BPF_REG_10, 0, -8, 0 },
		{ BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_1, 0, 0, 0 },
		{ BPF_ALU64 | BPF_MOV | BPF_X, BPF_REG_2, BPF_REG_10, 0, 0 },
		{ BPF_ALU64 | BPF_ADD | BPF_K, BPF_REG_2, 0, 0, -8 },
		{ BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_3, 0, 0, 8 },
		{ BPF_JMP | BPF_CALL, 0, 0, 0,
		  writes ? BPF_FUNC_probe_write_user : BPF_FUNC_ktime_get_ns },
		{ BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_0, 0, 0, 0 },
		{ BPF_JMP | BPF_EXIT, 0, 0, 0, 0 },
	};

	memset(&attr, 0, sizeof(attr));
	attr.prog_type = type;
	attr.expected_attach_type = attach;
	attr.insns = POINTER(program);
	attr.insn_cnt = sizeof(program) / sizeof(program[0]);
	attr.license = POINTER("GPL");
	strncpy(attr.prog_name, program_name, sizeof(attr.prog_name) - 1);
	return call(BPF_PROG_LOAD);
}

static int btf_load(void)
{
	static const struct {
		struct btf_header header;
		struct btf_type type;
		__u32 encoding;
		char strings[5];
	} btf = {
		{ BTF_MAGIC, BTF_VERSION, 0, sizeof(struct btf_header), 0, 16, 16, 5 },
		{ 1, BTF_KIND_INT << 24, { 4 } },
		BTF_INT_SIGNED << 24 | 32,
		"\0int",
	};

	memset(&attr, 0, sizeof(attr));
	attr.btf = POINTER(&btf);
	attr.btf_size = sizeof(struct btf_header) + 16 + 5;
	return call(BPF_BTF_LOAD);
}

static int link_create(const char *cgroup)
{
	int prog = prog_load(BPF_PROG_TYPE_CGROUP_SKB, BPF_CGROUP_INET_EGRESS, 0);

	if (prog < 0)
		return prog;
	memset(&attr, 0, sizeof(attr));
	attr.link_create.prog_fd = (__u32)prog;
	attr.link_create.target_fd = (__u32)open(cgroup, O_RDONLY | O_DIRECTORY);
	attr.link_create.attach_type = BPF_CGROUP_INET_EGRESS;
	return call(BPF_LINK_CREATE);
}

static int path_call(int cmd, int fd, const char *path)
{
	memset(&attr, 0, sizeof(attr));
	attr.pathname = POINTER(path);
	attr.bpf_fd = (__u32)fd;
	return call(cmd);
}

/* Opens, by its number, the first object there is. */
static int by_id(int next, int get)
{
	__u32 id;

	memset(&attr, 0, sizeof(attr));
	if (call(next) < 0)
		return -1;
	id = attr.next_id;
	memset(&attr, 0, sizeof(attr));
	attr.prog_id = id;
	return call(get);
}

static int test_run(void)
{
	int prog = prog_load(BPF_PROG_TYPE_SOCKET_FILTER, 0, 0);
	char data[64] = "";

	if (prog < 0)
		return prog;
	memset(&attr, 0, sizeof(attr));
	attr.test.prog_fd = (__u32)prog;
	attr.test.data_in = POINTER(data);
	attr.test.data_size_in = sizeof(data);
	return call(BPF_PROG_TEST_RUN);
}

/* A command with an empty attribute: only whether it is denied counts. */
static int empty(const char *number)
{
	memset(&attr, 0, sizeof(attr));
	return call(atoi(number)) < 0 && errno == EPERM;
}

static int map_held(void)
{
	return map_element(BPF_MAP_LOOKUP_ELEM, HELD_MAP);
}

/* What is not bpf(2). */
static long use(const char *what)
{
	struct sock_filter filter[] = { { BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW } };
	struct sock_fprog program = { 1, filter };
	int socks[2], prog = HELD_PROG;

	if (socketpair(AF_UNIX, SOCK_DGRAM, 0, socks))
		exit(2);
	if (!strcmp(what, "cbpf"))
		return setsockopt(socks[0], SOL_SOCKET, SO_ATTACH_FILTER, &program,
				  sizeof(program));
	if (!strcmp(what, "seccomp"))
		return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
			       ? -1
			       : prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
	return setsockopt(socks[0], SOL_SOCKET, SO_ATTACH_BPF, &prog, sizeof(prog));
}

static int hold(const char *name, char **command)
{
	int map = map_create(), prog;

	program_name = name;
	prog = prog_load(BPF_PROG_TYPE_SOCKET_FILTER, 0, 0);

	if (map < 0 || prog < 0 || dup2(map, HELD_MAP) < 0 || dup2(prog, HELD_PROG) < 0)
		return 2;
	execvp(*command, command);
	return 2;
}

/* Runs a command that is traced all the time, as a debugger would. */
static int traced(char **command)
{
	pid_t pid = fork();
	int status = 0;

	if (!pid) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		execvp(*command, command);
		_exit(2);
	}
	while (waitpid(pid, &status, 0) == pid && WIFSTOPPED(status)) {
		int signal = WSTOPSIG(status) == SIGTRAP ? 0 : WSTOPSIG(status);

		ptrace(PTRACE_CONT, pid, NULL, signal);
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 2;
}

/* Tries in a process that has the number @pid. */
static int reuse(pid_t pid)
{
	struct clone_args args = { .set_tid = POINTER(&pid),
				   .set_tid_size = 1,
				   .exit_signal = SIGCHLD };
	long child = syscall(SYS_clone3, &args, sizeof(args));
	int status = 0;

	if (!child)
		_exit(getpid() == pid ? done(path_call(BPF_OBJ_GET, 0, "/sys/fs/bpf/pinned")) : 2);
	if (child < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return 2;
	return WEXITSTATUS(status);
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "", *argument = argc > 2 ? argv[2] : "";
	const struct rlimit unlimited = { RLIM_INFINITY, RLIM_INFINITY };

	/* Before 5.11 what the suite loaded counts against it too. */
	setrlimit(RLIMIT_MEMLOCK, &unlimited);
	if (!strcmp(what, "hold") && argc > 2)
		return hold("", argv + 2);
	if (!strcmp(what, "named") && argc > 3)
		return hold(argument, argv + 3);
	if (!strcmp(what, "traced") && argc > 2)
		return traced(argv + 2);
	if (!strcmp(what, "reuse"))
		return reuse(atoi(argument));
	if (!strcmp(what, "cmd"))
		return empty(argument);
	if (!strcmp(what, "map_create"))
		return done(map_create());
	if (!strcmp(what, "map_lookup"))
		return done(map_element(BPF_MAP_LOOKUP_ELEM, map_create()));
	if (!strcmp(what, "map_update"))
		return done(map_element(BPF_MAP_UPDATE_ELEM, map_create()));
	if (!strcmp(what, "map_held"))
		return done(map_held());
	if (!strcmp(what, "socket_filter"))
		return done(prog_load(BPF_PROG_TYPE_SOCKET_FILTER, 0, 0));
	if (!strcmp(what, "kprobe"))
		return done(prog_load(BPF_PROG_TYPE_KPROBE, 0, 0));
	if (!strcmp(what, "xdp"))
		return done(prog_load(BPF_PROG_TYPE_XDP, 0, 0));
	if (!strcmp(what, "cgroup_device"))
		return done(prog_load(BPF_PROG_TYPE_CGROUP_DEVICE, 0, 0));
	if (!strcmp(what, "btf_load"))
		return done(btf_load());
	if (!strcmp(what, "link_create"))
		return done(link_create(argument));
	if (!strcmp(what, "pin"))
		return done(path_call(BPF_OBJ_PIN, map_create(), argument));
	if (!strcmp(what, "get"))
		return done(path_call(BPF_OBJ_GET, 0, argument));
	if (!strcmp(what, "map_by_id"))
		return done(by_id(BPF_MAP_GET_NEXT_ID, BPF_MAP_GET_FD_BY_ID));
	if (!strcmp(what, "prog_by_id"))
		return done(by_id(BPF_PROG_GET_NEXT_ID, BPF_PROG_GET_FD_BY_ID));
	if (!strcmp(what, "link_by_id"))
		return done(by_id(BPF_LINK_GET_NEXT_ID, BPF_LINK_GET_FD_BY_ID));
	if (!strcmp(what, "test_run"))
		return done(test_run());
	/* The verifier's answer to a helper that is denied is EINVAL. */
	if (!strcmp(what, "write_user"))
		return prog_load(BPF_PROG_TYPE_KPROBE, 0, 1) >= 0 ? 0 : errno == EINVAL ? 4 : 1;
	if (!strcmp(what, "cbpf") || !strcmp(what, "seccomp") || !strcmp(what, "prog_held"))
		return done(use(what));
	return 64;
}

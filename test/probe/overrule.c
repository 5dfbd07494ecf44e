// SPDX-License-Identifier: GPL-2.0-only
/*
 * overrule WAY ARGUMENT...: has bpf(2) detach, replace or overrule what is attached, as below; with
 * -t before WAY a second thread shares the descriptors; ...32 by the 32-bit entry, int 0x80. Exits
 * as probes do.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>

#include "call32.h"
#include "kernel/cgroup.h"

static int ended(long ret)
{
	if (ret >= 0)
		return 0;
	if (errno == EPERM)
		return 1;
	perror("overrule");
	return 3;
}

/* A program that answers 1, or 0 where no other answer is taken, and before that sets what the
 * system call returns to 0. */
static int load(enum bpf_prog_type type, enum bpf_attach_type attach, const char *function,
		int sets)
{
	const struct bpf_insn insns[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_1 },
		{ .code = BPF_JMP | BPF_CALL,
		  .imm = sets ? BPF_FUNC_set_retval : BPF_FUNC_ktime_get_ns },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .imm = attach != BPF_TRACE_FENTRY },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .expected_attach_type = attach);
	struct btf *btf = function ? btf__load_vmlinux_btf() : NULL;
	int id = btf ? btf__find_by_name_kind(btf, function, BTF_KIND_FUNC) : 0;

	if (function && id <= 0)
		exit(2);
	opts.attach_btf_id = (__u32)id;
	return bpf_prog_load(type, "overrule", "GPL", insns, sizeof(insns) / sizeof(insns[0]),
			     &opts);
}

static int open_pin(const char *path)
{
	int fd = bpf_obj_get(path);

	if (fd < 0) {
		perror(path);
		exit(2);
	}
	return fd;
}

/* detach PIN: the link of a cgroup */
static int detach(char **a)
{
	return ended(bpf_link_detach(open_pin(a[0])));
}

static long enter(long command, union bpf_attr *attr)
{
	union bpf_attr *low = low_memory(sizeof(*attr));

	if (low == MAP_FAILED)
		exit(2);
	*low = *attr;
	return enter32(NR32(357, 386), command, (long)low, sizeof(*low), 0, 0);
}

/* detach32 PIN */
static int detach32(char **a)
{
	union bpf_attr attr = { .link_detach = { .link_fd = (__u32)open_pin(a[0]) } };

	return ended(enter(BPF_LINK_DETACH, &attr));
}

/* update PIN: another program behind it */
static int update(char **a)
{
	int prog = load(BPF_PROG_TYPE_CGROUP_SYSCTL, BPF_CGROUP_SYSCTL, NULL, 0);

	return prog < 0 ? 2 : ended(bpf_link_update(open_pin(a[0]), prog, NULL));
}

/* sysctl: a program after all others on the root of cgroup2, which permits */
static int sysctl(char **a)
{
	int prog = load(BPF_PROG_TYPE_CGROUP_SYSCTL, BPF_CGROUP_SYSCTL, NULL, 1);
	int root = cgroup_open_root();

	(void)a;
	if (prog < 0 || root < 0)
		return 2;
	return ended(bpf_prog_attach(prog, root, BPF_CGROUP_SYSCTL, BPF_F_ALLOW_MULTI));
}

/* sysctl-link CGROUP: the same by a link, gone with this process */
static int sysctl_link(char **a)
{
	int prog = load(BPF_PROG_TYPE_CGROUP_SYSCTL, BPF_CGROUP_SYSCTL, NULL, 1);
	int cgroup = open(a[0], O_RDONLY | O_DIRECTORY);

	if (prog < 0 || cgroup < 0)
		return 2;
	return ended(bpf_link_create(prog, cgroup, BPF_CGROUP_SYSCTL, NULL));
}

/* sysctl32: the same as sysctl */
static int sysctl32(char **a)
{
	union bpf_attr attr = { .attach_type = BPF_CGROUP_SYSCTL,
				.attach_flags = BPF_F_ALLOW_MULTI };
	int prog = load(BPF_PROG_TYPE_CGROUP_SYSCTL, BPF_CGROUP_SYSCTL, NULL, 0);
	int root = cgroup_open_root();

	(void)a;
	if (prog < 0 || root < 0)
		return 2;
	attr.target_fd = (__u32)root;
	attr.attach_bpf_fd = (__u32)prog;
	return ended(enter(BPF_PROG_ATTACH, &attr));
}

/* unattach sysctl|lsm: all programs of the root of cgroup2 that are so attached; 2: there is none
 */
static int unattach(char **a)
{
	int lsm = !strcmp(a[0], "lsm"), root = cgroup_open_root(), result = 2;
	enum bpf_attach_type attach = lsm ? BPF_LSM_CGROUP : BPF_CGROUP_SYSCTL;
	__u32 id = 0;

	while (root >= 0 && !bpf_prog_get_next_id(id, &id)) {
		int prog = bpf_prog_get_fd_by_id(id), ret;

		ret = prog < 0 ? 0 : bpf_prog_detach2(prog, root, attach);
		if (prog >= 0 && (!ret || errno == EPERM))
			result = ended(ret);
		if (prog >= 0)
			close(prog);
		if (result == 1)
			return result;
	}
	return result;
}

/* lsm|fmod_ret|lsm_cgroup FUNCTION: loads a program that answers 1 for it, and attaches the first
 * two until the process ends */
static int lsm(char **a)
{
	return ended(load(BPF_PROG_TYPE_LSM, BPF_LSM_MAC, a[0], 0));
}

static int fmod_ret(char **a)
{
	return ended(load(BPF_PROG_TYPE_TRACING, BPF_MODIFY_RETURN, a[0], 0));
}

static int fentry(char **a)
{
	return ended(load(BPF_PROG_TYPE_TRACING, BPF_TRACE_FENTRY, a[0], 0));
}

static int lsm_cgroup(char **a)
{
	return ended(load(BPF_PROG_TYPE_LSM, BPF_LSM_CGROUP, a[0], 1));
}

/* An honest link of a cgroup, of no program of the suite's kinds, that is detached. */
static int other(char **a)
{
	const struct bpf_insn insns[] = { { .code = BPF_ALU64 | BPF_MOV | BPF_K, .imm = 1 },
					  { .code = BPF_JMP | BPF_EXIT } };
	int prog = bpf_prog_load(BPF_PROG_TYPE_XDP, "other", "GPL", insns, 2, NULL);
	int link;

	(void)a;
	if (prog < 0)
		return ended(-1);
	link = bpf_link_create(prog, 1 /* lo */, BPF_XDP, NULL);
	if (link < 0)
		return errno == EPERM ? 1 : 2;
	if (bpf_link_update(link, prog, NULL))
		return ended(-1);
	return ended(bpf_link_detach(link));
}

/* exclusive: a program that nothing else may be beside; exclusive-end: it goes */
static int exclusive(char **a)
{
	int prog = load(BPF_PROG_TYPE_CGROUP_SYSCTL, BPF_CGROUP_SYSCTL, NULL, 0);
	int root = cgroup_open_root();

	(void)a;
	return prog < 0 || root < 0 ? 2 : ended(bpf_prog_attach(prog, root, BPF_CGROUP_SYSCTL, 0));
}

static int exclusive_end(char **a)
{
	int root = cgroup_open_root();

	(void)a;
	return root < 0 ? 2 : ended(bpf_prog_detach(root, BPF_CGROUP_SYSCTL));
}

/* room: takes all of the kernel's room for hooks of cgroups, makes /tmp/room, and waits */
static int room(char **a)
{
	static const char *const hooks[] = { "inode_readlink", "file_permission", "file_ioctl",
					     "inode_create",   "inode_link",	  "inode_symlink",
					     "inode_mkdir",    "inode_mknod",	  "path_chroot",
					     "task_setpgid",   "task_getpgid",	  "task_getsid",
					     "task_setnice" };
	const struct bpf_insn insns[] = { { .code = BPF_ALU64 | BPF_MOV | BPF_K, .imm = 1 },
					  { .code = BPF_JMP | BPF_EXIT } };
	struct btf *btf = btf__load_vmlinux_btf();
	int root = cgroup_open_root(), taken = 0;

	(void)a;
	for (size_t i = 0; i < sizeof(hooks) / sizeof(hooks[0]); i++) {
		LIBBPF_OPTS(bpf_prog_load_opts, opts, .expected_attach_type = BPF_LSM_CGROUP);
		char name[64];
		int prog;

		snprintf(name, sizeof(name), "bpf_lsm_%s", hooks[i]);
		opts.attach_btf_id = (__u32)btf__find_by_name_kind(btf, name, BTF_KIND_FUNC);
		prog = bpf_prog_load(BPF_PROG_TYPE_LSM, "room", "GPL", insns, 2, &opts);
		taken += prog >= 0 && bpf_link_create(prog, root, BPF_LSM_CGROUP, NULL) >= 0;
	}
	if (taken < 10)
		return 2;
	close(open("/tmp/room", O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
	pause();
	return 0;
}

/* hold FUNCTION PIN: pins a program of cgroups that answers 1 for FUNCTION and attaches it nowhere;
 * attach PIN, attach-link PIN: after all others to the root of cgroup2, the link until the process
 * ends */
static int hold(char **a)
{
	int prog = load(BPF_PROG_TYPE_LSM, BPF_LSM_CGROUP, a[0], 1);

	return prog < 0 ? 2 : ended(bpf_obj_pin(prog, a[1]));
}

static int attach(char **a)
{
	int root = cgroup_open_root();

	return root < 0 ? 2
			: ended(bpf_prog_attach(open_pin(a[0]), root, BPF_LSM_CGROUP,
						BPF_F_ALLOW_MULTI));
}

static int attach_link(char **a)
{
	int root = cgroup_open_root();

	return root < 0 ? 2 : ended(bpf_link_create(open_pin(a[0]), root, BPF_LSM_CGROUP, NULL));
}

static const struct {
	const char *name;
	int (*try)(char **arguments);
	int arguments;
} ways[] = {
	{ "detach", detach, 1 },
	{ "detach32", detach32, 1 },
	{ "update", update, 1 },
	{ "sysctl", sysctl, 0 },
	{ "sysctl32", sysctl32, 0 },
	{ "sysctl-link", sysctl_link, 1 },
	{ "unattach", unattach, 1 },
	{ "lsm", lsm, 1 },
	{ "fmod_ret", fmod_ret, 1 },
	{ "fentry", fentry, 1 },
	{ "lsm_cgroup", lsm_cgroup, 1 },
	{ "other", other, 0 },
	{ "exclusive", exclusive, 0 },
	{ "exclusive-end", exclusive_end, 0 },
	{ "room", room, 0 },
	{ "hold", hold, 2 },
	{ "attach", attach, 1 },
	{ "attach-link", attach_link, 1 },
};

static void *stay(void *unused)
{
	(void)unused;
	pause();
	return NULL;
}

int main(int argc, char **argv)
{
	const struct rlimit unlimited = { RLIM_INFINITY, RLIM_INFINITY };
	pthread_t thread;

	setrlimit(RLIMIT_MEMLOCK, &unlimited);
	if (argc > 2 && !strcmp(argv[1], "-t")) {
		if (pthread_create(&thread, NULL, stay, NULL))
			return 2;
		argc--;
		argv++;
	}
	for (size_t i = 0; argc > 1 && i < sizeof(ways) / sizeof(ways[0]); i++)
		if (!strcmp(argv[1], ways[i].name) && argc - 2 >= ways[i].arguments)
			return ways[i].try(argv + 2);
	return 64;
}

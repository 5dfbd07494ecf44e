// SPDX-License-Identifier: GPL-2.0-only
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/bpf.h>
#include <linux/netlink.h>

#include "rows.h"

#define LIBRARY "/lib/x86_64-linux-gnu/libc.so.6"
#define MODULE "/modules/ts_fsm.ko"
#define RUNC "/usr/sbin/runc"

static int map = -1, library = -1, module = -1, memfd = -1, bound = -1, netlink = -1;

static int need(const char *what, int fd)
{
	if (fd < 0) {
		perror(what);
		exit(1);
	}
	return fd;
}

static long bpf(int command, union bpf_attr *attr)
{
	return syscall(SYS_bpf, command, attr, sizeof(*attr));
}

static void make_text(const char *path)
{
	int fd = need(path, open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0755));

	if (write(fd, "text\n", 5) != 5)
		exit(1);
	close(fd); /* what is open to write can't be executed */
}

/* Bound already: refused after the hook. */
static void bind_socket(void)
{
	struct sockaddr_in any = { .sin_family = AF_INET };

	bind(bound, (struct sockaddr *)&any, sizeof(any));
}

void rows_prepare(void)
{
	union bpf_attr attr = {
		.map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 8, .max_entries = 1
	};

	map = need("map", (int)bpf(BPF_MAP_CREATE, &attr));
	library = need(LIBRARY, open(LIBRARY, O_RDONLY | O_CLOEXEC));
	module = need(MODULE, open(MODULE, O_RDONLY | O_CLOEXEC));
	make_text("/text");
	make_text("/tmp/text");
	mkdir("/mounted", 0700);
	bound = need("socket", socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
	bind_socket();
	netlink = need("netlink", socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE));
	memfd = need("memfd", memfd_create("bench", MFD_CLOEXEC));
	if (write(memfd, "text\n", 5) != 5)
		exit(1);
}

static void spawn(char *const *argv)
{
	int status;
	pid_t pid = vfork();

	if (!pid) {
		execv(argv[0], argv);
		_exit(127);
	}
	waitpid(pid, &status, 0);
	if (status) {
		fprintf(stderr, "bench: cannot execute %s\n", argv[0]);
		exit(1);
	}
}

static void exec_static(void)
{
	char *argv[] = { "/bin/exit", NULL };

	spawn(argv);
}

static void exec_dynamic(void)
{
	char *argv[] = { "/bin/exit-dynamic", NULL };

	spawn(argv);
}

/* Of /bundle, see guest; the initramfs can't be left by pivot_root(2). */
static void run_container(void)
{
	char *argv[] = { RUNC, "run", "--no-pivot", "--bundle", "/bundle", "bench", NULL };

	spawn(argv);
}

/* Past the hooks: there is no format of this kind. */
static void exec_fail(void)
{
	char *argv[] = { "text", NULL };

	execv("/text", argv);
}

/* The same from a tmpfs that is not the root: is it POSIX shared memory? */
static void exec_tmpfs(void)
{
	char *argv[] = { "text", NULL };

	execv("/tmp/text", argv);
}

static void exec_memfd(void)
{
	char *argv[] = { "text", NULL }, *environment[] = { NULL };

	syscall(SYS_execveat, memfd, "", argv, environment, AT_EMPTY_PATH);
}

static void fork_exit(void)
{
	pid_t pid = fork();

	if (!pid)
		_exit(0);
	waitpid(pid, NULL, 0);
}

static void try_open(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC);

	if (fd >= 0)
		close(fd);
}

static void open_file(void)
{
	try_open("/bin/exit", O_RDONLY);
}

static void open_socket(void)
{
	close(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
}

/* There and back: twice the hook. */
static void rename_file(void)
{
	if (rename("/text", "/text-renamed") || rename("/text-renamed", "/text"))
		exit(1);
}

static void remove_folder(void)
{
	if (mkdir("/folder", 0700) || rmdir("/folder"))
		exit(1);
}

static void unlink_file(void)
{
	int fd = open("/unlinked", O_CREAT | O_WRONLY | O_CLOEXEC, 0600);

	if (fd < 0 || close(fd) || unlink("/unlinked"))
		exit(1);
}

/* These two fail once the hook was asked: one propagation at a time; at once or when it expires. */
static void mount_nothing(void)
{
	mount("none", "/", NULL, MS_SHARED | MS_PRIVATE, NULL);
}

static void umount_nothing(void)
{
	umount2("/proc", MNT_EXPIRE | MNT_DETACH);
}

/* A whole one, and its end, which waits for who may still look at it. */
static void mount_tmpfs(void)
{
	if (mount("none", "/mounted", "tmpfs", 0, NULL) || umount2("/mounted", 0))
		exit(1);
}

/* Decided by socketlock, and no type that netlink makes. */
static void open_xfrm(void)
{
	socket(AF_NETLINK, SOCK_STREAM, NETLINK_XFRM);
}

/* That asks for nothing. */
static void send_netlink(void)
{
	struct nlmsghdr nothing = { .nlmsg_len = sizeof(nothing), .nlmsg_type = NLMSG_NOOP };

	send(netlink, &nothing, sizeof(nothing), 0);
}

static void capability(void)
{
	if (sethostname("bench", 5))
		exit(1);
}

/* CAP_SYS_CHROOT: where the root is changes nothing. */
static void other_capability(void)
{
	if (chroot("/"))
		exit(1);
}

static void map_library(void)
{
	void *at = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, library, 0);

	if (at != MAP_FAILED)
		munmap(at, 4096);
}

static void map_element(int command)
{
	__u64 value = 0;
	__u32 key = 0;
	union bpf_attr attr = { .map_fd = (__u32)map };

	attr.key = (__u64)(unsigned long)&key;
	attr.value = (__u64)(unsigned long)&value;
	bpf(command, &attr);
}

static void map_lookup(void)
{
	map_element(BPF_MAP_LOOKUP_ELEM);
}

static void map_update(void)
{
	map_element(BPF_MAP_UPDATE_ELEM);
}

/* No BTF: refused after the hook. */
static void btf_load(void)
{
	union bpf_attr attr = { .map_type = 0 };

	bpf(BPF_BTF_LOAD, &attr);
}

/* Denied or not, it ends right after the hook. */
static void bpf_bad_fd(void)
{
	union bpf_attr attr = { .map_fd = 9999 };

	bpf(BPF_MAP_LOOKUP_ELEM, &attr);
}

/* The same: refused for its flags (kernel/kexec.c: kexec_load_check). */
void row_fill(void)
{
	syscall(SYS_kexec_load, 0, ~0UL, NULL, 0xffffUL);
}

static void open_debugfs(void)
{
	try_open("/sys/kernel/debug/sched/features", O_RDWR);
}

static void open_dev_mem(void)
{
	try_open("/dev/mem", O_RDONLY);
}

/* A lockdown reason that no profile covers. */
static void open_kcore(void)
{
	try_open("/proc/kcore", O_RDONLY);
}

static void unload_nothing(void)
{
	syscall(SYS_delete_module, "no-such-module", O_NONBLOCK);
}

/* No module: refused after the hooks. */
static void load_nothing(void)
{
	int fd = open("/tmp/text", O_RDONLY | O_CLOEXEC);

	syscall(SYS_finit_module, fd, "", 0);
	close(fd);
}

static void load_module(void)
{
	syscall(SYS_finit_module, module, "", 0);
	syscall(SYS_delete_module, "ts_fsm", O_NONBLOCK);
}

/* Of a family that no module has loaded: the kernel asks for net-pf-29. */
static void ask_for_module(void)
{
	close(socket(AF_CAN, SOCK_DGRAM, 0));
}

#define FIRST(programs) "@(nothing*|@(all|" programs ")/*)"
/* What is done by who uses a machine, and not by who looks for what a hook costs. */
#define USERS "@(nothing|all/trusted|peers/*)"

const struct row rows[] = {
	{ "exec-static", exec_static, 1 },
	{ "exec-dynamic", exec_dynamic, 1 },
	{ "exec-fail", exec_fail, 10 },
	{ "exec-tmpfs", exec_tmpfs, 10 },
	{ "exec-memfd", exec_memfd, 10 },
	{ "fork-exit", fork_exit, 1 },
	{ "open-file", open_file, 20 },
	{ "socket", open_socket, 20 },
	{ "rename-twice", rename_file, 20 },
	{ "mkdir-rmdir", remove_folder, 20 },
	{ "create-unlink", unlink_file, 20 },
	{ "mount", mount_nothing, 20 },
	{ "umount", umount_nothing, 20 },
	{ "socket-xfrm", open_xfrm, 20 },
	{ "bind", bind_socket, 20 },
	{ "netlink-send", send_netlink, 20 },
	{ "capable", capability, 20 },
	{ "capable-other", other_capability, 20 },
	{ "mmap-library", map_library, 20 },
	{ "map-lookup", map_lookup, 20 },
	{ "map-update", map_update, 20 },
	{ "bpf-bad-fd", bpf_bad_fd, 20 },
	{ "btf-load", btf_load, 20 },
	{ "kexec", row_fill, 20 },
	{ "debugfs", open_debugfs, 20 },
	{ "dev-mem", open_dev_mem, 20 },
	{ "kcore", open_kcore, 20 },
	{ "unload-nothing", unload_nothing, 20 },
	{ "load-nothing", load_nothing, 20 },
	{ "load-module", load_module, 1, .sleeps = SLEEPS },
	{ "ask-module", ask_for_module, 20, .columns = "scale/listed-*" },
	{ "mount-tmpfs", mount_tmpfs, 1, .sleeps = SLEEPS, .columns = USERS },
	{ "runc-run", run_container, 1, .sleeps = CHILDREN_WORK, .columns = USERS },
	/* By who makes a record of it: to all others it is what it is the second time. */
	{ "first-memfd", exec_memfd, 0, .columns = FIRST("filelesslock") },
	{ "first-lookup", bpf_bad_fd, 0, .columns = FIRST("bpfrestrict") },
	{ "first-kexec", row_fill, 0, .columns = FIRST("kimglock|scale") },
	{ "first-socket", open_xfrm, 0, .columns = FIRST("socketlock") },
	{ "first-unload", unload_nothing, 0, .columns = FIRST("kmodlock") },
	{ 0 },
};

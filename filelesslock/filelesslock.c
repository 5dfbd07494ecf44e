// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sysexits.h>
#include <unistd.h>

#include <bpf/libbpf.h>

#include "filelesslock.h"
#include "filelesslock.skel.h"
#include "msg.h"
#include "program.h"
#include "root.h"
#include "tool.h"

#ifndef MFD_EXEC
#define MFD_EXEC 0x0010U
#endif

static const struct operation_phrase phrases[] = {
	{ "memfd", "executing a memfd, or a script or interpreter in one" },
	{ "shm", "executing System V or POSIX shared memory" },
	{ "tmpfile", "executing a file made by O_TMPFILE and not linked" },
	{ "unlinked", "executing a file whose names are all gone" },
	{ "mapping", "mapping any of these executable: ld.so, dlopen, JITs" },
	{ 0 },
};

static const struct tool_bypass bypasses[] = {
	{ "memfd", "shm,tmpfile,unlinked", "mm/memfd.c: anybody can make one, with any content" },
	{ 0 },
};

static int find_operations(struct operations *ops, const struct btf *btf,
			   struct operation_set *outside)
{
	(void)btf;
	operations_add(ops, FILELESSLOCK_MEMFD, "memfd", "exec");
	operations_add(ops, FILELESSLOCK_SHM, "shm", "exec");
	operations_add(ops, FILELESSLOCK_TMPFILE, "tmpfile", "exec");
	operations_add(ops, FILELESSLOCK_UNLINKED, "unlinked", "exec");
	operations_add(ops, FILELESSLOCK_MAPPING, "mapping", "mapping");
	operations_describe(ops, phrases, "lsm_bprm_check");
	ops->list[FILELESSLOCK_MAPPING].hook = "lsm_mmap_file";
	operation_set_add(outside, FILELESSLOCK_MAPPING);
	return 0;
}

/* Only a blocked mapping is decided on: else no mmap(2) has to pass a hook. */
static void choose(struct bpf_object *object, const struct policy *policy)
{
	bool blocked = operation_set_has(&policy->block, FILELESSLOCK_MAPPING);

	bpf_program__set_autoload(bpf_object__find_program_by_name(object, "mmap_file"), blocked);
	bpf_program__set_autoload(bpf_object__find_program_by_name(object, "file_mprotect"),
				  blocked);
}

static int prepare(void *opened, const struct policy *policy, const struct operations *ops)
{
	struct filelesslock_bpf *skeleton = opened;
	struct root root;

	(void)policy;
	(void)ops;
	if (!root_find(&root))
		((struct policy *)&skeleton->rodata->state.policy)->root = root.device;
	return 0;
}

/* Executable where the sysctl vm.memfd_noexec would have it otherwise; Linux 6.3 knows the flag. */
static int make_memfd(void)
{
	int fd = (int)syscall(SYS_memfd_create, "bpflock", MFD_CLOEXEC | MFD_EXEC);

	return fd >= 0 ? fd : (int)syscall(SYS_memfd_create, "bpflock", MFD_CLOEXEC);
}

/* An empty file is in no format; the hook comes first (fs/exec.c: search_binary_handler). */
static int execute(int fd)
{
	char *const none[] = { NULL };
	char path[32];

	syscall(SYS_execveat, fd, "", none, none, AT_EMPTY_PATH);
	/* On 5.10 TOMOYO, which is asked first, looks for /dev/fd/N, and there is no /dev/fd in
	 * early boot (fs/exec.c: alloc_bprm; security/tomoyo/domain.c: tomoyo_find_next_domain).
	 */
	if (errno == ENOENT) {
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
		execve(path, none, none);
	}
	return errno == EPERM ? -EPERM : 0;
}

static int try_memfd(void)
{
	return execute(make_memfd());
}

/* What is open to be written can't be executed: it is opened once more. */
static int try_tmpfile(void)
{
	static const char *const folders[] = { "/dev/shm", "/run", "/tmp", "/" };
	char path[32];
	int fd = -1, again;

	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]) && fd < 0; i++)
		fd = open(folders[i], O_TMPFILE | O_RDWR | O_CLOEXEC, 0700);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	again = open(path, O_RDONLY | O_CLOEXEC);
	close(fd);
	return execute(again);
}

static int try_mmap(void)
{
	int fd = make_memfd();
	void *at = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0);

	return at == MAP_FAILED && errno == EPERM ? -EPERM : 0;
}

static int try_mprotect(void)
{
	void *at = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, make_memfd(), 0);

	return at != MAP_FAILED && mprotect(at, 4096, PROT_READ | PROT_EXEC) && errno == EPERM
		       ? -EPERM
		       : 0;
}

static const struct tool_test tests[] = {
	{ "bprm_check", "memfd", try_memfd },
	{ "bprm_check", "tmpfile", try_tmpfile },
	{ "mmap_file", "mapping", try_mmap },
	{ "file_mprotect", "mapping", try_mprotect },
	{ 0 },
};

static const struct tool filelesslock = {
	.name = "filelesslock",
	.profile = PROFILE_ALLOW,
	.help = {
		.purpose = "Lock the execution of files that have no name on a filesystem.",
		.examples = "Examples:\n"
			    "  filelesslock                           record only (allow)\n"
			    "  filelesslock -p baseline               the host only\n"
			    "  filelesslock -p baseline -a unlinked   and deleted files from anywhere\n"
			    "  filelesslock -p restricted             nobody\n"
			    "  filelesslock -b memfd,mapping          no memfd, no executable mapping\n"
			    "  filelesslock -r                        stop\n",
	},
	.words = { .phrases = phrases },
	.operations = find_operations,
	.tests = tests,
	.bypasses = bypasses,
	.choose = choose,
	.prepare = prepare,
	.reads = true,
};

int main(int argc, char **argv)
{
	static struct options options;
	struct filelesslock_bpf *skeleton;
	int status;

	msg_init(filelesslock.name);
	options_parse(&options, &filelesslock.help, argc, argv);
	skeleton = filelesslock_bpf__open_opts(program_options());
	if (!skeleton) {
		msg_error("cannot open the BPF object: %s", strerror(errno));
		return EX_OSERR;
	}
	status = tool_run(&filelesslock, &options, skeleton->skeleton, skeleton,
			  (struct state *)&skeleton->rodata->state);
	filelesslock_bpf__destroy(skeleton);
	return status;
}

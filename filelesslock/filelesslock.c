// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "filelesslock.h"
#include "filelesslock.hooks.h"
#include "filelesslock.skel.h"
#include "kernel/root.h"
#include "tool/tool.h"

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

static const struct bypass bypasses[] = {
	{ "memfd", "shm,tmpfile,unlinked", "mm/memfd.c: anybody can make one, with any content" },
	{ 0 },
};

static int find_operations(struct operations *ops)
{
	operations_add(ops, FILELESSLOCK_MEMFD, "memfd", "exec");
	operations_add(ops, FILELESSLOCK_SHM, "shm", "exec");
	operations_add(ops, FILELESSLOCK_TMPFILE, "tmpfile", "exec");
	operations_add(ops, FILELESSLOCK_UNLINKED, "unlinked", "exec");
	operations_add(ops, FILELESSLOCK_MAPPING, "mapping", "mapping");
	operation_set_add(&ops->uncovered, FILELESSLOCK_MAPPING);
	return 0;
}

static int prepare(const struct policy *policy, const struct operations *ops, __u32 *root,
		   void *own)
{
	struct root found;

	(void)policy;
	(void)ops;
	(void)own;
	if (!root_find(&found))
		*root = found.device;
	return 0;
}

/* Text that is in no format, for which no module is asked for either (fs/exec.c: printable). */
static int fill(int fd)
{
	static const char text[] = "test";

	return fd >= 0 && pwrite(fd, text, sizeof(text), 0) < 0 ? -1 : fd;
}

/* Executable where the sysctl vm.memfd_noexec would have it otherwise; Linux 6.3 knows the flag. */
static int make_memfd(void)
{
	int fd = (int)syscall(SYS_memfd_create, "bpflock", MFD_CLOEXEC | MFD_EXEC);

	return fill(fd >= 0 ? fd : (int)syscall(SYS_memfd_create, "bpflock", MFD_CLOEXEC));
}

/* It is in no format; the hook comes first (fs/exec.c: search_binary_handler). */
static int execute(int fd)
{
	/* The kernel's log tells of who gives no name. */
	char *const name[] = { (char *)"bpflock", NULL }, *const none[] = { NULL };
	char path[32];

	syscall(SYS_execveat, fd, "", name, none, AT_EMPTY_PATH);
	/* On 5.10 TOMOYO, which is asked first, looks for /dev/fd/N, and there is no /dev/fd in
	 * early boot (fs/exec.c: alloc_bprm; security/tomoyo/domain.c: tomoyo_find_next_domain).
	 */
	if (errno == ENOENT) {
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
		execve(path, name, none);
	}
	return errno == EPERM ? -EPERM : 0;
}

static int try_memfd(unsigned int op)
{
	(void)op;
	return execute(make_memfd());
}

/* What is open to be written can't be executed: it is opened once more. */
static int execute_again(int fd)
{
	char path[32];
	int again;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	again = open(path, O_RDONLY | O_CLOEXEC);
	close(fd);
	return execute(again);
}

static const char *const folders[] = { "/dev/shm", "/run", "/tmp", "/" };

/* In the first folder that is not mounted noexec, of which the hook is not asked. */
static int in_a_folder(int (*make)(const char *folder))
{
	int ret = 0;

	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]) && !ret; i++)
		ret = execute_again(make(folders[i]));
	return ret;
}

static int make_tmpfile(const char *folder)
{
	return fill(open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0700));
}

static int try_tmpfile(unsigned int op)
{
	(void)op;
	return in_a_folder(make_tmpfile);
}

/* A file of its own that has its name for a moment. */
static int make_unlinked(const char *folder)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "%s/bpflock-test-XXXXXX", folder);
	fd = mkostemp(path, O_CLOEXEC);
	if (fd >= 0) {
		fchmod(fd, 0700);
		unlink(path);
	}
	return fill(fd);
}

static int try_unlinked(unsigned int op)
{
	(void)op;
	return in_a_folder(make_unlinked);
}

/* POSIX shared memory is a file in that folder. */
static int try_shm(unsigned int op)
{
	(void)op;
	return execute_again(make_tmpfile("/dev/shm"));
}

static int try_mmap(unsigned int op)
{
	int fd = make_memfd();
	void *at = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0);

	(void)op;
	return at == MAP_FAILED && errno == EPERM ? -EPERM : 0;
}

static int try_mprotect(unsigned int op)
{
	void *at = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, make_memfd(), 0);

	(void)op;
	return at != MAP_FAILED && mprotect(at, 4096, PROT_READ | PROT_EXEC) && errno == EPERM
		       ? -EPERM
		       : 0;
}

/* Only a blocked mapping is decided on: else no mmap(2) has to pass a hook. */
static bool blocks_mapping(const struct policy *policy)
{
	return operation_set_has(&policy->block, FILELESSLOCK_MAPPING);
}

static const struct tool_hook hooks[] = {
	{ TOOL_HOOK(bprm_check), .decides = "memfd,shm,tmpfile,unlinked",
	  .tests = { { "memfd", try_memfd },
		     { "tmpfile", try_tmpfile },
		     { "unlinked", try_unlinked },
		     { "shm", try_shm } } },
	{ TOOL_HOOK(mmap_file), .decides = "mapping", .needed = blocks_mapping,
	  .tests = { { "mapping", try_mmap } } },
	{ TOOL_HOOK(file_mprotect), .decides = "mapping", .needed = blocks_mapping,
	  .tests = { { "mapping", try_mprotect } } },
	{ 0 },
};
TOOL_HOOKS_END(hooks);

static const struct tool filelesslock = {
	.name = "filelesslock",
	.object = filelesslock_bpf__elf_bytes,
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
	.hooks = hooks,
	.bypasses = bypasses,
	.prepare = prepare,
	.reads = true,
};

int main(int argc, char **argv)
{
	return tool_run(&filelesslock, argc, argv);
}

// SPDX-License-Identifier: GPL-2.0-only
/* Harmless ways to have the hooks decide. */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/capability.h>

#include "kernel/memfd.h"
#include "tool/child.h"
#include "tries.h"

/* No module has this name: ENOENT where it is not denied. */
int try_unload(unsigned int op)
{
	(void)op;
	return child_denied(syscall(SYS_delete_module, "bpflock_test", O_NONBLOCK));
}

/* A signature longer than all of it is, at the end (include/linux/module_signature.h). */
struct unsound {
	char zeros[4096];
	unsigned char algorithm[8];
	unsigned char length[4];
	char mark[28];
};

/* They are no module, of which the kernel's log tells where it isn't the signature that is wrong.
 */
static const struct unsound unsound = { .length = { 0xff, 0xff, 0xff, 0xff },
					.mark = "~Module signature appended~\n" };

int try_memory(unsigned int op)
{
	(void)op;
	return child_denied(syscall(SYS_init_module, &unsound, sizeof(unsound), ""));
}

/* By a memfd, opened once more: a file that is open for writing is refused first. */
static int load_copy(const void *data, size_t size)
{
	int fd = memfd_make("bpflock_test"), again;
	char path[32];

	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		return -errno;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	again = open(path, O_RDONLY | O_CLOEXEC);
	close(fd);
	return again < 0 ? -errno : child_denied(syscall(SYS_finit_module, again, "", 0));
}

int try_file(unsigned int op)
{
	(void)op;
	return load_copy(&unsound, sizeof(unsound));
}

/*
 * So much of a module that it has a name, wherever the kernel's structure has that: each eight
 * bytes are the same. No kernel takes it for one, as it has no code and no version.
 */
struct named {
	Elf64_Ehdr header;
	Elf64_Shdr sections[3];
	char strings[32];
	char module[4096];
};

static void name_module(struct named *named)
{
	static const char strings[] = "\0.gnu.linkonce.this_module";

	*named = (struct named){
		.header = { .e_ident = ELFMAG,
			    .e_type = ET_REL,
			    .e_shoff = offsetof(struct named, sections),
			    .e_ehsize = sizeof(Elf64_Ehdr),
			    .e_shentsize = sizeof(Elf64_Shdr),
			    .e_shnum = 3,
			    .e_shstrndx = 2 },
		.sections = { [1] = { .sh_name = 1,
				      .sh_type = SHT_PROGBITS,
				      .sh_flags = SHF_ALLOC,
				      .sh_offset = offsetof(struct named, module),
				      .sh_size = sizeof(named->module) },
			      [2] = { .sh_type = SHT_STRTAB,
				      .sh_offset = offsetof(struct named, strings),
				      .sh_size = sizeof(strings) } },
	};
	memcpy(named->strings, strings, sizeof(strings));
	for (size_t i = 0; i < sizeof(named->module); i += 8)
		memcpy(named->module + i, "bpflock_", 8);
}

int try_named_file(unsigned int op)
{
	struct named named;

	(void)op;
	name_module(&named);
	return load_copy(&named, sizeof(named));
}

int try_named_memory(unsigned int op)
{
	struct named named;

	(void)op;
	name_module(&named);
	return child_denied(syscall(SYS_init_module, &named, sizeof(named), ""));
}

/* PID 1's program is on the root filesystem and no module, which is seen after its signature. */
int try_unsigned(unsigned int op)
{
	int fd = open("/proc/1/exe", O_RDONLY | O_CLOEXEC);

	return fd < 0 ? try_memory(op) : child_denied(syscall(SYS_finit_module, fd, "", 0));
}

/* No interface has this name, whose module the kernel asks for first (net/core/dev_ioctl.c). */
static void ask_for_interface(void)
{
	struct ifreq request = { .ifr_name = "bpflock-test" };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return;
	ioctl(fd, SIOCGIFFLAGS, &request);
	close(fd);
}

static bool may_mount(void)
{
	return !mount("none", "/", "bpflock-test", 0, NULL) || errno != EPERM;
}

/* Where kernel.modprobe is empty (kernel/module/kmod.c: __request_module). */
static bool asks_nobody(void)
{
	int fd = open("/proc/sys/kernel/modprobe", O_RDONLY | O_CLOEXEC);
	char first = 0;
	bool empty = fd >= 0 && read(fd, &first, 1) == 1 && first == '\n';

	if (fd >= 0)
		close(fd);
	return empty;
}

/*
 * No filesystem has this name either. mount(2) says so whether or not modprobe was denied. Where it
 * is not looked for, as fslock denies mounts, the name of an interface is.
 */
int try_request(unsigned int op)
{
	(void)op;
	if (asks_nobody())
		return -ESRCH;
	if (!may_mount() && (unshare(CLONE_NEWNS) || !may_mount()))
		ask_for_interface();
	return -ENODATA;
}

int try_unprivileged(unsigned int op)
{
	return child_drop(CAP_SYS_MODULE) ? 0 : try_request(op);
}

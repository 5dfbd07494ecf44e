// SPDX-License-Identifier: GPL-2.0-only
/*
 * request HOW ARGUMENT...: something that makes the kernel look for a module.
 *	socket FAMILY			socket(2) of this number
 *	crypto TYPE NAME		bind(2) of AF_ALG
 *	ldisc NUMBER			a line discipline for a new terminal
 *	open FILE			a device
 *	types NAME COUNT TIMES		mount(2) of COUNT types NAME0..., each so often
 *	protocols FAMILY COUNT		socket(2) of as many
 *	unload NAME COUNT		delete_module(2) of COUNT names NAME0...
 *	memfds COUNT			no module: executes as many of them
 * With "as-user" before HOW, as user 1000 without capabilities. Exits with 0 if it
 * succeeded, 3 if it did not, which is said, 2 if it could not be tried.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/if_alg.h>

static int result(long ret)
{
	if (ret >= 0)
		return 0;
	printf("%s\n", strerror(errno));
	return 3;
}

static int crypto(const char *type, const char *name)
{
	struct sockaddr_alg address = { .salg_family = AF_ALG };
	int fd = socket(AF_ALG, SOCK_SEQPACKET, 0);

	if (fd < 0)
		return 2;
	snprintf((char *)address.salg_type, sizeof(address.salg_type), "%s", type);
	snprintf((char *)address.salg_name, sizeof(address.salg_name), "%s", name);
	return result(bind(fd, (struct sockaddr *)&address, sizeof(address)));
}

static int ldisc(int number)
{
	int fd = posix_openpt(O_RDWR | O_NOCTTY);

	return fd < 0 ? 2 : result(ioctl(fd, TIOCSETD, &number));
}

static int types(const char *name, long count, long times)
{
	char type[32];

	for (; times; times--)
		for (long i = 0; i < count; i++) {
			snprintf(type, sizeof(type), "%s%ld", name, i);
			if (!mount("none", "/tmp", type, 0, NULL))
				return 0;
		}
	return result(-1);
}

static int unload(const char *name, long count)
{
	char module[32];

	for (long i = 0; i < count; i++) {
		snprintf(module, sizeof(module), "%s%ld", name, i);
		if (!syscall(SYS_delete_module, module, 0))
			return 0;
	}
	return result(-1);
}

static int protocols(int family, int count)
{
	for (int protocol = 1; protocol <= count; protocol++)
		if (socket(family, SOCK_RAW, protocol) >= 0)
			return 0;
	return result(-1);
}

static int memfds(int count)
{
	char *none[] = { NULL };

	for (int i = 0; i < count; i++) {
		int fd = memfd_create("text", MFD_CLOEXEC);

		if (fd < 0)
			return 2;
		fexecve(fd, (char *[]){ "text", NULL }, none);
	}
	return result(-1);
}

int main(int argc, char **argv)
{
	if (argc > 1 && !strcmp(argv[1], "as-user")) {
		if (setgid(1000) || setuid(1000))
			return 2;
		argc--, argv++;
	}
	if (argc == 3 && !strcmp(argv[1], "socket"))
		return result(socket(atoi(argv[2]), SOCK_RAW, 1));
	if (argc == 4 && !strcmp(argv[1], "crypto"))
		return crypto(argv[2], argv[3]);
	if (argc == 3 && !strcmp(argv[1], "ldisc"))
		return ldisc(atoi(argv[2]));
	if (argc == 3 && !strcmp(argv[1], "open"))
		return result(open(argv[2], O_RDONLY | O_NONBLOCK));
	if (argc == 5 && !strcmp(argv[1], "types"))
		return types(argv[2], atol(argv[3]), atol(argv[4]));
	if (argc == 4 && !strcmp(argv[1], "unload"))
		return unload(argv[2], atol(argv[3]));
	if (argc == 4 && !strcmp(argv[1], "protocols"))
		return protocols(atoi(argv[2]), atoi(argv[3]));
	if (argc == 3 && !strcmp(argv[1], "memfds"))
		return memfds(atoi(argv[2]));
	return 64;
}

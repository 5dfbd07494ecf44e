// SPDX-License-Identifier: GPL-2.0-only
/*
 * request HOW ARGUMENT...: something that makes the kernel look for a module.
 *	socket FAMILY			socket(2) of this number
 *	crypto TYPE NAME		bind(2) of AF_ALG
 *	ldisc NUMBER			a line discipline for a new terminal
 *	open FILE			a device
 * With "as-user" before HOW, as user 1000 without capabilities. Exits with 0 if it
 * succeeded, 3 if it did not, which is said, 2 if it could not be tried.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
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
	return 64;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * sockets HOW FAMILY TYPE PROTOCOL [COMMAND...], all numbers; HOW is one of
 *	socket pair			socket(2), socketpair(2)
 *	socket32 call32 pair32		by 32-bit calls: socket(2), socketcall(2), socketpair(2)
 *	ring ring-async ring-sqpoll	by io_uring, at once, in a worker, in the polling thread
 *	ulp				of TCP, become one of SMC by setsockopt(2), and used
 *	mapped				and connected to an address of IPv4, of AF_INET6
 *	bind				bind(2), to nothing special, of a socket that is made before
 *					COMMAND is run
 *	accept				the same, accept(2) of a hash of AF_ALG
 *	pass				sendmsg(2) on a socket that is made before COMMAND is run
 * sockets uevent [MODALIAS]: sends the kernel a forged event and waits until it comes back, as to
 * udev, which loads the module.
 * sockets hear TEXT COMMAND...: whether an event with TEXT in it comes while COMMAND is run.
 * sockets sweep: "FAMILY PROTOCOL RESULT" of each family, and of each protocol of netlink.
 * Exits with 0 if it succeeded, 1 for EPERM, 2 if it could not be tried, 3 for another error,
 * which is said.
 */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <linux/if_alg.h>
#include <linux/net.h>
#include <linux/netlink.h>

#include "call32.h"
#include "ring.h"

#ifndef IORING_OP_SOCKET
#define IORING_OP_SOCKET 45 /* Linux 5.19 */
#endif

static int result(long ret)
{
	int err = errno;

	if (ret >= 0)
		return 0;
	printf("%s\n", strerror(err));
	return err == EPERM ? 1 : 3;
}

/* @how, of an architecture that has it. */
static int create32(const char *how, int family, int type, int protocol)
{
	__u32 *low = low_memory(4096);
	int pair = !strcmp(how, "pair32");

	if (low == MAP_FAILED)
		return 2;
	if (!strcmp(how, "socket32"))
		return result(enter32(NR32(359, 281), family, type, protocol, 0, 0));
#ifdef __x86_64__
	low[0] = (__u32)family;
	low[1] = (__u32)type;
	low[2] = (__u32)protocol;
	low[3] = (__u32)(unsigned long)(low + 4); /* socketpair's two descriptors */
	return result(enter32(102, pair ? SYS_SOCKETPAIR : SYS_SOCKET, (long)low, 0, 0, 0));
#else
	if (pair)
		return result(enter32(288, family, type, protocol, (long)low, 0));
	return 2; /* socketcall(2) is of the old ABI alone */
#endif
}

static int ring(int family, int type, int protocol, unsigned int how, unsigned int flags)
{
	struct io_uring_sqe request = { .opcode = IORING_OP_SOCKET, .flags = (__u8)how };
	int ret;

	request.fd = family;
	request.off = (__u64)type;
	request.len = (__u32)protocol;
	ret = ring_request(&request, flags);
	/* A kernel that has no such request says EINVAL. */
	if (ret == -ENOSYS || ret == -EINVAL) {
		printf("no such request\n");
		return 2;
	}
	errno = -ret;
	return result(ret < 0 ? -1 : 0);
}

static int run(char **command)
{
	int status;
	pid_t pid = fork();

	if (!pid) {
		execvp(command[0], command);
		_exit(127);
	}
	return waitpid(pid, &status, 0) == pid && WIFEXITED(status) && !WEXITSTATUS(status);
}

static int bind_later(int family, int type, int protocol, char **command)
{
	struct sockaddr_storage nothing = { .ss_family = (sa_family_t)family };
	int fd = socket(family, type, protocol);

	if (fd < 0 || !run(command))
		return 2;
	return result(bind(fd, (struct sockaddr *)&nothing,
			   family == AF_NETLINK ? sizeof(struct sockaddr_nl) : 20));
}

static int accept_later(char **command)
{
	const struct sockaddr_alg hash = { .salg_family = AF_ALG,
					   .salg_type = "hash",
					   .salg_name = "sha256" };
	int fd = socket(AF_ALG, SOCK_SEQPACKET, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&hash, sizeof(hash)) || !run(command))
		return 2;
	return result(accept(fd, NULL, NULL));
}

static int send_nothing(int fd)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	struct nlmsghdr nothing = { .nlmsg_len = sizeof(nothing), .nlmsg_type = NLMSG_NOOP };

	return result(sendto(fd, &nothing, sizeof(nothing), 0, (struct sockaddr *)&kernel,
			     sizeof(kernel)));
}

static int pass_later(int family, int type, int protocol, char **command)
{
	int fd = socket(family, type, protocol);

	return fd < 0 || !run(command) ? 2 : send_nothing(fd);
}

/* Who hears of devices, as udev does. */
static int listen_for_events(void)
{
	struct sockaddr_nl group = { .nl_family = AF_NETLINK, .nl_groups = 1 };
	int fd = socket(AF_NETLINK, SOCK_DGRAM, NETLINK_KOBJECT_UEVENT);

	return fd < 0 || bind(fd, (struct sockaddr *)&group, sizeof(group)) ? -1 : fd;
}

/* 0 as soon as an event with @text comes, 3 where none does. */
static int hear(int listener, const char *text)
{
	struct pollfd ready = { .fd = listener, .events = POLLIN };
	char event[4096];

	while (poll(&ready, 1, 3000) > 0) {
		ssize_t size = recv(listener, event, sizeof(event), 0);

		if (size > 0 && memmem(event, (size_t)size, text, strlen(text)))
			return 0;
	}
	return 3;
}

static int hear_later(const char *text, char **command)
{
	int listener = listen_for_events();

	return listener < 0 || !run(command) ? 2 : hear(listener, text);
}

/* Exits with 3 where it was sent and did not come back. */
static int uevent(const char *alias)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	struct {
		struct nlmsghdr header;
		char event[256];
	} message = { .header = { .nlmsg_type = NLMSG_MIN_TYPE, .nlmsg_flags = NLM_F_REQUEST } };
	int listener = listen_for_events();
	int sender = socket(AF_NETLINK, SOCK_RAW, NETLINK_KOBJECT_UEVENT);
	int length = snprintf(message.event, sizeof(message.event),
			      "add@/devices/virtual/mem/null%cACTION=add%c"
			      "DEVPATH=/devices/virtual/mem/null%cSUBSYSTEM=mem%cMODALIAS=%s",
			      0, 0, 0, 0, alias);

	if (listener < 0 || sender < 0)
		return 2;
	/* The kernel adds a number behind the zero. */
	message.header.nlmsg_len = sizeof(message.header) + (__u32)length + 1;
	if (sendto(sender, &message, message.header.nlmsg_len, 0, (struct sockaddr *)&kernel,
		   sizeof(kernel)) < 0)
		return result(-1);
	return hear(listener, alias);
}

static void sweep_one(int family, int type, int protocol)
{
	int fd = socket(family, type, protocol);

	printf("%d %d %s\n", family, protocol, fd < 0 ? strerror(errno) : "made");
	if (fd >= 0)
		close(fd);
}

/* Past what any kernel has. */
static int sweep(void)
{
	for (int family = 0; family < 64; family++)
		if (family != AF_NETLINK)
			sweep_one(family, SOCK_DGRAM, 0);
	for (int protocol = 0; protocol < 40; protocol++)
		sweep_one(AF_NETLINK, SOCK_RAW, protocol);
	return 0;
}

/* Made one, and put to use: both are denied, or both are tried. */
static int become_smc(int family, int type, int protocol)
{
	int denied = 0;

	for (int listens = 0; listens < 2; listens++) {
		struct sockaddr_in6 nobody = { .sin6_family = (sa_family_t)family,
					       .sin6_port = htons(1) };
		int fd = socket(family, type | SOCK_NONBLOCK, protocol);

		if (fd < 0)
			return 2;
		if (setsockopt(fd, IPPROTO_TCP, TCP_ULP, "smc", sizeof("smc")))
			return result(-1);
		if ((listens ? listen(fd, 1)
			     : connect(fd, (struct sockaddr *)&nobody, sizeof(nobody))) &&
		    errno == EPERM)
			denied++;
		close(fd);
	}
	return denied == 1 ? 3 : denied / 2;
}

static int connect_mapped(int family, int type, int protocol)
{
	struct sockaddr_in6 local = { .sin6_family = AF_INET6, .sin6_port = htons(9) };
	int fd = socket(family, type, protocol);

	local.sin6_addr.s6_addr[10] = 0xff; /* ::ffff:127.0.0.1 */
	local.sin6_addr.s6_addr[11] = 0xff;
	local.sin6_addr.s6_addr[12] = 127;
	local.sin6_addr.s6_addr[15] = 1;
	return result(fd < 0 ? -1 : connect(fd, (struct sockaddr *)&local, sizeof(local)));
}

static int create(const char *how, int family, int type, int protocol)
{
	int pair[2];

	if (!strcmp(how, "socket"))
		return result(socket(family, type, protocol));
	if (!strcmp(how, "pair"))
		return result(socketpair(family, type, protocol, pair));
	if (!strcmp(how, "socket32") || !strcmp(how, "call32") || !strcmp(how, "pair32"))
		return create32(how, family, type, protocol);
	if (!strcmp(how, "mapped"))
		return connect_mapped(family, type, protocol);
	if (!strcmp(how, "ulp"))
		return become_smc(family, type, protocol);
	if (!strcmp(how, "ring"))
		return ring(family, type, protocol, 0, 0);
	if (!strcmp(how, "ring-async"))
		return ring(family, type, protocol, IOSQE_ASYNC, 0);
	if (!strcmp(how, "ring-sqpoll"))
		return ring(family, type, protocol, 0, IORING_SETUP_SQPOLL);
	return 64;
}

int main(int argc, char **argv)
{
	const char *how = argc > 1 ? argv[1] : "";
	int family, type, protocol;

	if (!strcmp(how, "uevent"))
		return uevent(argc > 2 ? argv[2] : "bpflock-test");
	if (!strcmp(how, "sweep"))
		return sweep();
	if (!strcmp(how, "hear") && argc > 3)
		return hear_later(argv[2], argv + 3);
	if (argc < 5)
		return 64;
	family = atoi(argv[2]);
	type = atoi(argv[3]);
	protocol = atoi(argv[4]);
	if (argc == 5)
		return create(how, family, type, protocol);
	if (!strcmp(how, "bind"))
		return bind_later(family, type, protocol, argv + 5);
	if (!strcmp(how, "accept"))
		return accept_later(argv + 5);
	if (!strcmp(how, "pass"))
		return pass_later(family, type, protocol, argv + 5);
	return 64;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * socketlock: the kinds of sockets that few need.
 *
 * Threat: a process that is not of the host reaches the code of a protocol that nobody uses here,
 * and a bug in it, by socket(2) alone; or has the host's udev load a module, by sending it an event
 * that looks like the kernel's.
 *
 * Hooks: socket_create, which all that make a socket for a process pass (net/socket.c:
 * __sock_create: socket, socketpair, socketcall, io_uring), after SOCK_PACKET has become AF_PACKET
 * and before the kernel looks for a module; socket_bind for a socket from before; socket_connect
 * and socket_listen for one of TCP that became one of SMC; netlink_send for events
 * (lib/kobject_uevent.c: uevent_net_rcv_skb).
 *
 * Invariants: what decides is frozen, and numbers that the kernel has copied; sockets that the
 * kernel makes for itself always pass; what is not concerned is a few instructions and no call.
 */
#define RECORD_SUBJECT
#include "socketlock.h"
#include "bpf/policy.bpf.h"

/* include/linux/socket.h, include/uapi/linux/in.h and netlink.h: macros, so not in BTF. */
#define AF_INET 2
#define AF_INET6 10
#define AF_NETLINK 16
#define AF_SMC 43
#define SOCK_STREAM 1
#define IPPROTO_SMC 256
#define NETLINK_KOBJECT_UEVENT 15

/* A socket as one number: types are below SOCK_MAX and families below AF_MAX, one byte each. */
#define SOCKET(family, type, protocol)                                                             \
	((__u64)(family) << 40 | (__u64)(type) << 32 | (__u32)(protocol))

static __always_inline void record_subject(struct record_subject *subject,
					   struct record_source source)
{
	subject->socket.family = source.number >> 40;
	subject->socket.type = source.number >> 32 & 0xff;
	subject->socket.protocol = source.number;
}

/* A function of its own: what is not concerned saves no register. */
static __noinline int decide(__u32 op, __u64 socket)
{
	return policy_apply(op, policy_verdict(op),
			    (struct record_source){ 1, record_id(socket, 0), socket });
}

static __always_inline int check_operation(__u32 op, __u64 socket)
{
	return decision_concerns(&state.policy, op) ? decide(op, socket) : 0;
}

/* In two branches: which word of a set each operation is in is known in each. */
static __always_inline int check(__u32 family, __u32 type, __u32 protocol)
{
	__u64 socket = SOCKET(family, type, protocol);

	if (family == AF_NETLINK) {
		if (protocol > SOCKETLOCK_NETLINKS)
			protocol = SOCKETLOCK_NETLINKS;
		return check_operation(SOCKETLOCK_NETLINK + protocol, socket);
	}
	/* Since Linux 6.11 AF_INET makes sockets of AF_SMC too (net/smc/smc_inet.c). */
	if (protocol == IPPROTO_SMC && (family == AF_INET || family == AF_INET6))
		family = AF_SMC;
	if (family >= SOCKETLOCK_FAMILIES)
		family = SOCKETLOCK_OTHER;
	return check_operation(family, socket);
}

SEC("lsm/socket_create")
int BPF_PROG(socket_create, int family, int type, int protocol, int kern)
{
	return kern ? 0 : check(family, type, protocol);
}

/* The kernel binds its own without asking (net/socket.c: kernel_bind). */
SEC("lsm/socket_bind")
int BPF_PROG(socket_bind, struct socket *sock)
{
	struct sock *sk = sock->sk;

	if (!sk)
		return check(SOCKETLOCK_OTHER, 0, 0);
	return check(sk->__sk_common.skc_family, sk->sk_type, sk->sk_protocol);
}

/*
 * setsockopt(2) makes a socket of SMC of one of TCP and asks nobody (net/smc/af_smc.c:
 * smc_ulp_init): it is asked for where it is put to use, as socket_bind does. What all sockets are
 * allocated by would cost each of them a hook. Only an objection counts: what socket_create allowed
 * comes here too.
 */
static __always_inline int check_smc(struct socket *sock)
{
	struct sock *sk = sock->sk;

	if (!sk || sk->__sk_common.skc_family != AF_SMC ||
	    !verdict_objects(decision_audit(&state.policy, policy_verdict(AF_SMC))))
		return 0;
	return decide(AF_SMC, SOCKET(AF_SMC, SOCK_STREAM, 0));
}

SEC("lsm/socket_connect")
int BPF_PROG(socket_connect, struct socket *sock)
{
	return check_smc(sock);
}

SEC("lsm/socket_listen")
int BPF_PROG(socket_listen, struct socket *sock)
{
	return check_smc(sock);
}

SEC("lsm/netlink_send")
int BPF_PROG(netlink_send, struct sock *sk)
{
	if (sk->sk_protocol != NETLINK_KOBJECT_UEVENT)
		return 0;
	return decide(SOCKETLOCK_UEVENT, SOCKET(AF_NETLINK, sk->sk_type, NETLINK_KOBJECT_UEVENT));
}

char _license[] SEC("license") = "GPL";

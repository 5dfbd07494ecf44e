// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "abi/decision.h"
#include "kernel/kernel.h"
#include "names.h"
#include "socketlock.h"
#include "socketlock.hooks.h"
#include "socketlock.skel.h"
#include "tool/child.h"
#include "tool/tool.h"

/* One of a kind of sockets, or of their types or protocols. */
struct kind {
	unsigned int number;
	const char *name;
	const char *class;
};

#define KIND(number, name, class, covers) { number, name, class },
#define PHRASE(number, name, class, covers) { name, covers },

static const struct kind families[] = { NAMES_FAMILIES(KIND){ 0 } };
static const struct kind netlinks[] = { NAMES_NETLINKS(KIND){ 0 } };

_Static_assert(sizeof(families) / sizeof(families[0]) == SOCKETLOCK_FAMILIES,
	       "each family but netlink has a name, and there is an end");
_Static_assert(sizeof(netlinks) / sizeof(netlinks[0]) == SOCKETLOCK_NETLINKS + 1,
	       "each protocol of netlink has a name");

static const struct operation_phrase phrases[] = {
	NAMES_FAMILIES(PHRASE) NAMES_NETLINKS(PHRASE){
		"netlink_other", "a protocol of netlink that has no name here" },
	{ "uevent", "sending device events, which udev believes: LXD, udevd itself" },
	{ 0 },
};

static const struct operation_word groups[] = {
	{ "ipsec", "key,netlink_xfrm" },
	{ 0 },
};

/*
 * What few programs can do without; a list may name it. Without netlink_audit nobody logs in where
 * PAM reports logins (libpam/pam_audit.c: only a kernel without audit will do).
 */
static const char uncovered[] = "unix,inet,inet6,netlink_route,netlink_generic,"
				"netlink_netfilter,netlink_sock_diag,netlink_kobject_uevent,"
				"netlink_audit";

static const struct bypass bypasses[] = {
	{ "key", "netlink_xfrm", "net/key/af_key.c: pfkey_add: the same states and policies" },
	{ "inet6", "inet", "net/ipv6/tcp_ipv6.c: tcp_v6_connect: IPv4 by mapped addresses" },
	{ 0 },
};

static int find_operations(struct operations *ops)
{
	static const struct operation_words no_words = { 0 };
	char bad[OPERATION_NAME_MAX];

	for (const struct kind *k = families; k->name; k++)
		operations_add(ops, k->number, k->name, k->class);
	for (const struct kind *k = netlinks; k->name; k++)
		operations_add(ops, SOCKETLOCK_NETLINK + k->number, k->name, k->class);
	operations_add(ops, SOCKETLOCK_NETLINK_OTHER, "netlink_other", "netlink");
	operations_add(ops, SOCKETLOCK_UEVENT, "uevent", "event");
	return operations_parse(ops, &no_words, uncovered, &ops->uncovered, bad, sizeof(bad));
}

static const struct kind types[] = {
	{ SOCK_STREAM, "stream" },
	{ SOCK_DGRAM, "dgram" },
	{ SOCK_RAW, "raw" },
	{ SOCK_RDM, "rdm" },
	{ SOCK_SEQPACKET, "seqpacket" },
	{ SOCK_DCCP, "dccp" },
	{ SOCK_PACKET, "packet" },
	{ 0 },
};

static const struct kind inet_protocols[] = {
	{ IPPROTO_ICMP, "icmp" },
	{ IPPROTO_TCP, "tcp" },
	{ IPPROTO_UDP, "udp" },
	{ IPPROTO_DCCP, "dccp" },
	{ IPPROTO_ICMPV6, "icmpv6" },
	{ 115, "l2tp" },
	{ IPPROTO_SCTP, "sctp" },
	{ IPPROTO_UDPLITE, "udplite" },
	{ 256, "smc" },
	{ 262, "mptcp" },
	{ 0 },
};

static void put(struct events_word *word, const char *key, const struct kind *names,
		unsigned int number)
{
	word->key = key;
	for (; names && names->name; names++)
		if (names->number == number) {
			snprintf(word->value, sizeof(word->value), "%s", names->name);
			return;
		}
	snprintf(word->value, sizeof(word->value), "%u", number);
}

/* The names of netlink's protocols without what they begin with, where that is the family. */
static void put_protocol(struct events_word *word, const struct record_socket *socket)
{
	const char *const prefix = "netlink_";
	size_t length = strlen(prefix);

	if (socket->family == AF_INET || socket->family == AF_INET6) {
		put(word, "protocol", inet_protocols, socket->protocol);
		return;
	}
	put(word, "protocol", socket->family == AF_NETLINK ? netlinks : NULL, socket->protocol);
	if (!strncmp(word->value, prefix, length))
		memmove(word->value, word->value + length, strlen(word->value + length) + 1);
}

static void put_socket(const struct record_subject *subject,
		       struct events_word words[EVENTS_WORDS_MAX])
{
	static const struct kind netlink[] = { { AF_NETLINK, "netlink" }, { 0 } };
	const struct record_socket *socket = &subject->socket;

	/* AF_UNSPEC has the name of what has none. */
	put(&words[0], "family", socket->family == AF_NETLINK ? netlink : families + 1,
	    socket->family);
	put(&words[1], "type", types, socket->type);
	put_protocol(&words[2], socket);
}

/*
 * Whether there is an objection to sockets of SMC, where one of TCP can become one: the hooks tell
 * of nothing else.
 */
static bool objects_to_smc(const struct policy *policy)
{
	return kernel_is_since(5, 17) && !kernel_is_since(6, 18) &&
	       verdict_objects(decision(policy, AF_SMC, false));
}

/* Netlink is always there, looks at the type first, and makes no such socket (netlink_create()). */
static int try_netlink(int protocol)
{
	return child_denied(socket(AF_NETLINK, SOCK_STREAM | SOCK_CLOEXEC, protocol));
}

static int try_other(unsigned int op)
{
	(void)op;
	return try_netlink(SOCKETLOCK_NETLINKS);
}

static int try_xfrm(unsigned int op)
{
	(void)op;
	return try_netlink(NETLINK_XFRM);
}

static int try_crypto(unsigned int op)
{
	(void)op;
	return try_netlink(NETLINK_CRYPTO);
}

/* A message that asks for nothing: the kernel drops it (net/netlink/af_netlink.c: netlink_rcv_skb).
 */
static int try_uevent(unsigned int op)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	struct nlmsghdr nothing = { .nlmsg_len = sizeof(nothing), .nlmsg_type = NLMSG_NOOP };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_KOBJECT_UEVENT);

	(void)op;
	if (fd < 0)
		return -errno;
	return child_denied(sendto(fd, &nothing, sizeof(nothing), 0, (struct sockaddr *)&kernel,
				   sizeof(kernel)));
}

/* Of any kind: where it is not denied the kernel looks for a module. */
static int try_kind(unsigned int op)
{
	if (op >= SOCKETLOCK_NETLINK)
		return try_netlink((int)op - SOCKETLOCK_NETLINK);
	return child_denied(socket((int)op, SOCK_DGRAM | SOCK_CLOEXEC, 0));
}

static const struct tool_hook hooks[] = {
	{ TOOL_HOOK(socket_create), .tests = { { "netlink_other", try_other },
					       { "netlink_xfrm", try_xfrm },
					       { "netlink_crypto", try_crypto },
					       { NULL, try_kind, .if_denied = true } } },
	{ TOOL_HOOK(socket_bind),
	  .untested = "who is denied a socket has only one from before to bind" },
	/* Of these smc alone, which socket_create decides and is tested by as well. */
	{ TOOL_HOOK(socket_connect), .since = "5.17", .needed = objects_to_smc,
	  .untested = "it takes a module that the kernel loads" },
	{ TOOL_HOOK(socket_listen), .since = "5.17", .needed = objects_to_smc,
	  .untested = "it takes a module that the kernel loads" },
	{ TOOL_HOOK(netlink_send), .decides = "uevent", .tests = { { "uevent", try_uevent } } },
	{ 0 },
};
TOOL_HOOKS_END(hooks);

static const struct tool socketlock = {
	.name = "socketlock",
	.object = socketlock_bpf__elf_bytes,
	.profile = PROFILE_ALLOW,
	.help = {
		.purpose = "Decide who may make sockets of the kinds that few need and many kernel "
			   "bugs live in.",
		.examples = "Examples:\n"
			    "  socketlock                             record only (allow)\n"
			    "  socketlock -p baseline                 the host only\n"
			    "  socketlock -p baseline -a packet       and packet sockets from anywhere\n"
			    "  socketlock -b alg,rds,key              these for nobody\n"
			    "  socketlock -p baseline -b legacy       no dead networks, not even the host\n"
			    "  socketlock -p restricted               nobody; udev too sends no events\n"
			    "  socketlock -r                          stop\n",
	},
	.words = { NULL, groups, phrases },
	.operations = find_operations,
	.hooks = hooks,
	.bypasses = bypasses,
	.subject = put_socket,
};

int main(int argc, char **argv)
{
	return tool_run(&socketlock, argc, argv);
}

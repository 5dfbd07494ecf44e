/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Each kind of socket that has a name: number, name, class, and what it is for. The numbers are
 * macros in the kernel, the same on all machines (include/linux/socket.h, uapi/linux/netlink.h).
 */
#ifndef BPFLOCK_NAMES_H
#define BPFLOCK_NAMES_H

#include <sys/socket.h>

#include <linux/netlink.h>

/* In libc-dev of 2020 and later. */
#ifndef AF_MCTP
#define AF_MCTP 45
#endif

#define NAMES_FAMILIES(X)                                                                          \
	X(AF_UNSPEC, "other", "other", "a family that has no name here")                           \
	X(AF_UNIX, "unix", "everyday", "local sockets: nearly every program")                      \
	X(AF_INET, "inet", "everyday", "IPv4: TCP, UDP, ICMP")                                     \
	X(AF_AX25, "ax25", "legacy", "amateur radio")                                              \
	X(AF_IPX, "ipx", "legacy", "Novell networks")                                              \
	X(AF_APPLETALK, "appletalk", "legacy", "old Macintosh networks")                           \
	X(AF_NETROM, "netrom", "legacy", "amateur radio")                                          \
	X(AF_BRIDGE, "bridge", "unused", "no kernel makes such sockets")                           \
	X(AF_ATMPVC, "atmpvc", "legacy", "ATM networks, old DSL modems")                           \
	X(AF_X25, "x25", "legacy", "X.25 networks")                                                \
	X(AF_INET6, "inet6", "everyday", "IPv6: TCP, UDP, ICMP")                                   \
	X(AF_ROSE, "rose", "legacy", "amateur radio")                                              \
	X(AF_DECnet, "decnet", "legacy", "DECnet")                                                 \
	X(AF_NETBEUI, "netbeui", "unused", "no kernel makes such sockets")                         \
	X(AF_SECURITY, "security", "unused", "no kernel makes such sockets")                       \
	X(AF_KEY, "key", "ipsec", "IPsec keys by PF_KEY: setkey, racoon, iked")                    \
	X(AF_PACKET, "packet", "link", "raw frames: DHCP clients, tcpdump, LLDP, hostapd")         \
	X(AF_ASH, "ash", "unused", "no kernel makes such sockets")                                 \
	X(AF_ECONET, "econet", "legacy", "Acorn networks")                                         \
	X(AF_ATMSVC, "atmsvc", "legacy", "ATM networks")                                           \
	X(AF_RDS, "rds", "cluster", "Oracle's reliable datagrams over RDMA or TCP")                \
	X(AF_SNA, "sna", "unused", "no kernel makes such sockets")                                 \
	X(AF_IRDA, "irda", "legacy", "infrared ports")                                             \
	X(AF_PPPOX, "pppox", "link", "PPP over Ethernet, PPTP, L2TP: pppd, xl2tpd")                \
	X(AF_WANPIPE, "wanpipe", "unused", "no kernel makes such sockets")                         \
	X(AF_LLC, "llc", "legacy", "IEEE 802.2 link control")                                      \
	X(AF_IB, "ib", "unused", "RDMA addresses; no kernel makes such sockets")                   \
	X(AF_MPLS, "mpls", "unused", "MPLS routes; no kernel makes such sockets")                  \
	X(AF_CAN, "can", "bus", "CAN buses: vehicles, machines")                                   \
	X(AF_TIPC, "tipc", "cluster", "cluster messages: telecommunications")                      \
	X(AF_BLUETOOTH, "bluetooth", "radio", "bluetoothd, and programs that use it directly")     \
	X(AF_IUCV, "iucv", "legacy", "z/VM guests on s390")                                        \
	X(AF_RXRPC, "rxrpc", "cluster", "AFS's remote procedure calls")                            \
	X(AF_ISDN, "isdn", "legacy", "ISDN cards")                                                 \
	X(AF_PHONET, "phonet", "legacy", "Nokia modems")                                           \
	X(AF_IEEE802154, "ieee802154", "radio", "Zigbee, Thread, 6LoWPAN radios")                  \
	X(AF_CAIF, "caif", "legacy", "ST-Ericsson modems")                                         \
	X(AF_ALG, "alg", "crypto", "the kernel's ciphers: cryptsetup, libkcapi, iwd, bluetoothd")  \
	X(AF_NFC, "nfc", "radio", "near field readers: neard")                                     \
	X(AF_VSOCK, "vsock", "machine", "between a virtual machine and its host")                  \
	X(AF_KCM, "kcm", "cluster", "messages multiplexed over TCP")                               \
	X(AF_QIPCRTR, "qipcrtr", "machine", "Qualcomm's modems and processors: ModemManager")      \
	X(AF_SMC, "smc", "cluster", "TCP over RDMA or between s390 partitions")                    \
	X(AF_XDP, "xdp", "link", "frames past the network stack: DPDK, Suricata")                  \
	X(AF_MCTP, "mctp", "machine", "management controllers of servers")

#define NAMES_NETLINKS(X)                                                                          \
	X(NETLINK_ROUTE, "netlink_route", "netlink", "interfaces, addresses, routes: ip, libc")    \
	X(NETLINK_UNUSED, "netlink_unused", "netlink", "no kernel has it")                         \
	X(NETLINK_USERSOCK, "netlink_usersock", "netlink", "between processes")                    \
	X(NETLINK_FIREWALL, "netlink_firewall", "netlink", "ip_queue, which is gone")              \
	X(NETLINK_SOCK_DIAG, "netlink_sock_diag", "netlink", "which sockets there are: ss")        \
	X(NETLINK_NFLOG, "netlink_nflog", "netlink", "ipt_ULOG, which is gone")                    \
	X(NETLINK_XFRM, "netlink_xfrm", "netlink", "IPsec: ip xfrm, strongSwan, Libreswan")        \
	X(NETLINK_SELINUX, "netlink_selinux", "netlink", "changes of SELinux's policy")            \
	X(NETLINK_ISCSI, "netlink_iscsi", "netlink", "iscsid")                                     \
	X(NETLINK_AUDIT, "netlink_audit", "netlink", "auditd, and who logs a login: PAM, sshd")    \
	X(NETLINK_FIB_LOOKUP, "netlink_fib_lookup", "netlink", "looking up a route")               \
	X(NETLINK_CONNECTOR, "netlink_connector", "netlink",                                       \
	  "process events: cgrulesengd, forkstat")                                                 \
	X(NETLINK_NETFILTER, "netlink_netfilter", "netlink", "nft, iptables, conntrack")           \
	X(NETLINK_IP6_FW, "netlink_ip6_fw", "netlink", "ip6_queue, which is gone")                 \
	X(NETLINK_DNRTMSG, "netlink_dnrtmsg", "netlink", "DECnet routes, which are gone")          \
	X(NETLINK_KOBJECT_UEVENT, "netlink_kobject_uevent", "netlink", "receiving device events")  \
	X(NETLINK_GENERIC, "netlink_generic", "netlink",                                           \
	  "families by name: nl80211, ethtool, wireguard")                                         \
	X(17, "netlink_dm", "netlink", "no kernel has it")                                         \
	X(NETLINK_SCSITRANSPORT, "netlink_scsitransport", "netlink", "fcoemon, libhbaapi")         \
	X(NETLINK_ECRYPTFS, "netlink_ecryptfs", "netlink", "ecryptfsd of old")                     \
	X(NETLINK_RDMA, "netlink_rdma", "netlink", "rdma, ibacm, iwpmd")                           \
	X(NETLINK_CRYPTO, "netlink_crypto", "netlink", "which ciphers the kernel has: libkcapi")   \
	X(NETLINK_SMC, "netlink_smc", "netlink", "which SMC sockets there are: smcss")

#endif

// SPDX-License-Identifier: GPL-2.0-only
/*
 * memory NAME: prints, as "NAME memory BYTES", the memory of all BPF maps and programs in the
 * kernel, as bpftool shows it (bytes_memlock): what /proc/PID/fdinfo says of each.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/bpf.h>

static long bpf(int command, union bpf_attr *attr)
{
	return syscall(SYS_bpf, command, attr, sizeof(*attr));
}

static unsigned long memlock(int fd)
{
	char path[64], line[256];
	unsigned long bytes = 0;
	FILE *info;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	info = fopen(path, "r");
	while (info && fgets(line, sizeof(line), info))
		sscanf(line, "memlock: %lu", &bytes);
	if (info)
		fclose(info);
	return bytes;
}

static unsigned long sum(int next, int open)
{
	union bpf_attr attr = { .start_id = 0 };
	unsigned long bytes = 0;

	while (!bpf(next, &attr)) {
		union bpf_attr one = { .prog_id = attr.next_id };
		int fd = (int)bpf(open, &one);

		attr.start_id = attr.next_id;
		if (fd < 0)
			continue;
		bytes += memlock(fd);
		close(fd);
	}
	return bytes;
}

int main(int argc, char **argv)
{
	if (argc != 2)
		return 64;
	printf("%s memory %lu\n", argv[1],
	       sum(BPF_MAP_GET_NEXT_ID, BPF_MAP_GET_FD_BY_ID) +
		       sum(BPF_PROG_GET_NEXT_ID, BPF_PROG_GET_FD_BY_ID));
	return 0;
}

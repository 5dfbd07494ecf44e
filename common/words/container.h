/* SPDX-License-Identifier: GPL-2.0-only */
/* From the path of a cgroup to the container and the pod that it was made for. */
#ifndef BPFLOCK_CONTAINER_H
#define BPFLOCK_CONTAINER_H

#include <stddef.h>

/* Parts of a path, not ended by 0; NULL where it has none. */
struct container {
	const char *id; /* 64 hexadecimal digits */
	const char
		*pod; /* its UID as kubelet writes it there: with dashes, underscores, or without */
	size_t id_length, pod_length;
};

/*
 * Which they are by the forms that docker, containerd, CRI-O, podman and kubelet give, with systemd
 * or without. Of several the outermost: what is below it the container may have made itself.
 */
struct container container_of_path(const char *path);

#endif

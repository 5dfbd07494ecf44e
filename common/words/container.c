// SPDX-License-Identifier: GPL-2.0-only
#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "words/container.h"

#define ID_LENGTH 64
/* A UID, and the hash that it is of a static pod. */
#define UID_LENGTH 36
#define HASH_LENGTH 32

/* What stands before the number in the name of a scope, or of a cgroup. */
static const char *const managers[] = { "docker-", "cri-containerd-", "crio-",
					"libpod-", "nerdctl-",	      "" };

static size_t digits(const char *text, const char *end, const char *more)
{
	const char *at = text;

	while (at < end && *at && (isxdigit((unsigned char)*at) || strchr(more, *at)))
		at++;
	return (size_t)(at - text);
}

/* Whether what is left of a name is @suffix, or nothing. */
static bool ends(const char *at, const char *end, const char *suffix)
{
	size_t length = (size_t)(end - at);

	return !length || (length == strlen(suffix) && !strncmp(at, suffix, length));
}

static const char *find_id(const char *name, const char *end)
{
	const char *colon = memchr(name, ':', (size_t)(end - name));

	/* runc's own form of SLICE:MANAGER:ID, not understood by who was given it. */
	if (colon && (colon = memchr(colon + 1, ':', (size_t)(end - colon - 1))))
		return digits(colon + 1, end, "") == ID_LENGTH && colon + 1 + ID_LENGTH == end
			       ? colon + 1
			       : NULL;
	for (size_t i = 0; i < sizeof(managers) / sizeof(managers[0]); i++) {
		size_t length = strlen(managers[i]);

		if ((size_t)(end - name) < length || strncmp(name, managers[i], length) != 0)
			continue;
		if (digits(name + length, end, "") == ID_LENGTH &&
		    ends(name + length + ID_LENGTH, end, ".scope"))
			return name + length;
	}
	return NULL;
}

/* kubepods-burstable-podUID.slice, or podUID below kubepods. */
static const char *find_pod(const char *name, const char *end, bool kubepods, size_t *length)
{
	const char *pod = name;

	for (; pod < end && pod[0] != ':'; pod++) {
		if (strncmp(pod, "pod", 3) != 0 || (pod == name ? !kubepods : pod[-1] != '-'))
			continue;
		*length = digits(pod + 3, end, "-_");
		if ((*length == UID_LENGTH || *length == HASH_LENGTH) &&
		    (!strncmp(pod + 3 + *length, ".slice:", strlen(".slice:")) ||
		     ends(pod + 3 + *length, end, ".slice")))
			return pod + 3;
	}
	return NULL;
}

struct container container_of_path(const char *path)
{
	struct container found = { 0 };
	bool kubepods = false;

	while (*path && !found.id) {
		const char *end = path + strcspn(path, "/");

		kubepods |= (size_t)(end - path) >= strlen("kubepods") &&
			    (!strncmp(path, "kubepods", strlen("kubepods")) ||
			     memmem(path, (size_t)(end - path), "-kubepods", strlen("-kubepods")));
		if (kubepods && !found.pod)
			found.pod = find_pod(path, end, kubepods, &found.pod_length);
		found.id = find_id(path, end);
		path = *end ? end + 1 : end;
	}
	found.id_length = found.id ? ID_LENGTH : 0;
	found.pod_length = found.pod ? found.pod_length : 0;
	return found;
}

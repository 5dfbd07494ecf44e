// SPDX-License-Identifier: GPL-2.0-only
#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include "pins/pin.h"
#include "records/testing.h"

/* Where it fails it is counted as what anybody does: what it is that is tested says so. */
static void say(int fd)
{
	char none;
	ssize_t length = fd < 0 ? 0 : read(fd, &none, sizeof(none));

	(void)length;
	if (fd >= 0)
		close(fd);
}

void testing_say(int more)
{
	DIR *root = opendir(PIN_ROOT);
	struct dirent *entry;
	char path[PIN_PATH_MAX];

	say(more);
	while (root && (entry = readdir(root))) {
		if (entry->d_name[0] == '.')
			continue;
		pin_path(path, entry->d_name, PIN_TESTING);
		say(open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
	}
	if (root)
		closedir(root);
}

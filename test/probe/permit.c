// SPDX-License-Identifier: GPL-2.0-only
/*
 * permit never|deny PATH...: has whoever opens a file or directory of the filesystems that these
 * paths are on wait for its permission, which it never gives, or denies it, until it is killed;
 * makes /tmp/permit when it does (fanotify(7)). What it opens itself is let pass.
 */
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/fanotify.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	bool deny = argc > 2 && !strcmp(argv[1], "deny");
	char events[4096];
	ssize_t length;
	int fd;

	if (argc < 3)
		return 64;
	fd = fanotify_init(FAN_CLASS_CONTENT | FAN_CLOEXEC, O_RDONLY | O_CLOEXEC);
	for (int i = 2; i < argc; i++) {
		if (fanotify_mark(fd, FAN_MARK_ADD | FAN_MARK_FILESYSTEM, FAN_OPEN_PERM | FAN_ONDIR,
				  AT_FDCWD, argv[i])) {
			perror(argv[i]);
			return 2;
		}
	}
	close(open("/tmp/permit", O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
	while ((length = read(fd, events, sizeof(events))) > 0) {
		struct fanotify_event_metadata *event = (void *)events;

		for (; FAN_EVENT_OK(event, length); event = FAN_EVENT_NEXT(event, length)) {
			struct fanotify_response answer = { event->fd, FAN_DENY };

			if (event->pid == getpid())
				answer.response = FAN_ALLOW;
			else if (!deny)
				continue;
			if (write(fd, &answer, sizeof(answer)) < 0)
				perror("permit");
			close(event->fd);
		}
	}
	return 1;
}

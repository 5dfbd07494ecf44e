// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "load/stays.h"
#include "pins/bpffs.h"
#include "pins/pinset.h"
#include "tool/explain.h"
#include "tool/lock.h"
#include "tool/place.h"
#include "tool/status.h"
#include "words/msg.h"

static int say(const struct tool *tool, int err, bool left)
{
	if (left)
		msg_error("cannot remove '" PIN_ROOT
			  "/%s': it is loaded, yet pinned elsewhere, below a mount, or held by a "
			  "process",
			  tool->name);
	else if (!err)
		msg_say("removed: nothing is enforced");
	else if (err == -ENOENT)
		msg_say("was not active");
	else
		msg_error("cannot remove '" PIN_ROOT "/%s': %s", tool->name,
			  err == -EBUSY ? "the pins are gone, yet a process holds the programs, "
					  "which decide until it ends"
					: strerror(-err));
	if (left)
		return EX_OSERR;
	if (err && err != -ENOENT)
		return explain_status(err);
	return msg_flush() ? EX_IOERR : 0;
}

int remove_run(const struct tool *tool, const struct operations *ops,
	       const struct bpf_object *object)
{
	int lock = -1, err = -ENOENT;
	bool left = false;

	if (geteuid()) {
		msg_error("cannot unlock the machine: only root can");
		return EX_NOPERM;
	}
	/* Where no bpffs can be the host's, nothing is pinned, and none is mounted to look. */
	if (bpffs_host() == BPFFS_NONE)
		return say(tool, -ENOENT, false);
	if (pin_mounted()) {
		/* Who seals may have been killed before it had pinned. */
		if ((pin_exists(tool->name, NULL) || tool->seals) && pin_sealed()) {
			msg_error("cannot remove '" PIN_ROOT
				  "/%s': sealed until reboot; nothing is changed",
				  tool->name);
			return EX_NOPERM;
		}
		lock = place_lock();
		if (lock < 0)
			return explain_status(lock);
		err = pinset_remove(tool->name);
		/* Of a run that was killed before it sealed. */
		if (tool->seals)
			pinset_unmark();
	}
	/* Under the lock: who waits for it loads the same. */
	if (!err || err == -ENOENT) {
		int stays = stays_attached(object);

		/* Where the kernel does not tell, what is denied does. */
		left = stays > 0 || (stays < 0 && status_hidden(tool, ops, object));
	}
	if (lock >= 0)
		close(lock);
	return say(tool, err, left);
}

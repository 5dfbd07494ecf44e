// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include <bpf/libbpf.h>

#include "kernel/kernel.h"
#include "kernel/limits.h"
#include "load/ftrace.h"
#include "load/load.h"
#include "pins/pin.h"
#include "records/denied.h"
#include "tool/explain.h"
#include "tool/hooks.h"
#include "words/delayed.h"
#include "words/msg.h"

#define ENOTSUPP 524 /* include/linux/errno.h: the kernel's own, which it lets out */

bool explain_short(int err)
{
	switch (-err) {
	case ENOMEM:
	case EMFILE:
	case ENFILE:
	case EINTR:
	case EAGAIN:
		return true;
	default:
		return false;
	}
}

int explain_status(int err)
{
	switch (-err) {
	case EPERM:
	case EACCES:
		return EX_NOPERM;
	case EIO:
	case ENOSPC:
	case EROFS:
		return EX_IOERR;
	default:
		return EX_OSERR;
	}
}

int explain_reading(const char *name, int err)
{
	bool denied = err == -EACCES || err == -EPERM;

	msg_error("cannot read '" PIN_ROOT "/%s': %s%s", name,
		  err == -EPROTO ? "another version of the program wrote it; run it again"
				 : strerror(-err),
		  denied && geteuid() ? "; run it as root" : "");
	return denied ? EX_NOPERM : EX_IOERR;
}

int explain_operations(int err, bool types)
{
	if (!types)
		msg_error("cannot find the operations of this kernel: %s; it needs "
			  "CONFIG_SECURITY=y and CONFIG_BPF_LSM=y",
			  strerror(-err));
	else if (err == -ENOENT || err == -ENOTDIR || err == -EINVAL || err == -EPROTO)
		msg_error("cannot read the kernel's types in '" BTF_PATH
			  "': %s; mount sysfs, and run a "
			  "kernel built with CONFIG_DEBUG_INFO_BTF=y and CONFIG_BPF_LSM=y",
			  strerror(-err));
	else {
		/* Of a file that anybody may read. */
		msg_error("cannot read the kernel's types in '" BTF_PATH "': %s",
			  err == -EPERM ? "somebody denies it; " DELAYED_WHO : strerror(-err));
		return explain_status(err);
	}
	return EX_UNAVAILABLE;
}

int explain_lacking(const struct tool_hook *hook)
{
	if (hooks_of_cgroup(hook))
		msg_error(
			"cannot attach '%s': the root of cgroup2 is not seen from here and can't "
			"be mounted; run it on the host, on a kernel built with CONFIG_CGROUP_BPF=y",
			hook->prog);
	else if (hook->since)
		msg_error("this kernel has no '%s', which came with Linux %s; run that or a newer "
			  "one",
			  hook->lsm, hook->since);
	else
		msg_error("this kernel has no '%s'; run one built with CONFIG_SECURITY=y and "
			  "CONFIG_BPF_LSM=y",
			  hook->lsm);
	return EX_UNAVAILABLE;
}

bool explain_denied(__u64 since, const char *what)
{
	char tool[64];

	if (!denied_by(since, tool, sizeof(tool)))
		return false;
	if (pin_sealed())
		msg_error(
			"cannot %s: bpf(2) is denied to this process by '%s', sealed until reboot",
			what, tool);
	else
		msg_error("cannot %s: bpf(2) is denied to this process by '%s': lift it with '%s "
			  "--remove'",
			  what, tool, tool);
	return true;
}

int explain_units(__u64 since)
{
	if (!explain_denied(since, "load BTF, which trusting units takes"))
		msg_error("cannot load BTF, which trusting units takes: it is denied to this "
			  "process; root outside containers may, with CAP_BPF and CAP_SYS_ADMIN");
	return EX_NOPERM;
}

/* That it is the limit of locked memory that bpf(2) fails at; false where it is not. */
static bool explain_memlock(const struct kernel_btf *kernel)
{
	unsigned long long limit;
	bool limited = limits_memory(kernel, &limit);

	if (limited)
		msg_error("cannot load the BPF programs: before Linux 5.11 they count against "
			  "RLIMIT_MEMLOCK, which is %llu KiB and can't be raised; run 'ulimit -l "
			  "unlimited' before, or start it with CAP_SYS_RESOURCE",
			  limit);
	return limited;
}

void explain_ftrace(int err)
{
	msg_warning("cannot keep kernel.ftrace_enabled at 1: %s; who can set it to 0 ends the "
		    "enforcement on some kernels",
		    err == -ENODEV ? "the root of cgroup2 is not seen from here" : strerror(-err));
}

void explain_mounts(int err, const char *place)
{
	msg_warning("cannot keep '%s' from being removed: %s; who removes it or renames another "
		    "over it, in another mount namespace, ends the enforcement",
		    place, err == -EACCES ? "the kernel did not ask" : strerror(-err));
}

int explain_load(const struct tool *tool, const struct kernel_btf *kernel, const struct load *load,
		 __u64 since, int err)
{
	/* libbpf takes it for a kernel that lacks something. */
	if (limits_files())
		err = -EMFILE;
	/* Without BTF, which was denied, the verifier has another objection. */
	if ((err == -EPERM || (!load->failed && !explain_short(err))) &&
	    explain_denied(since, "load the BPF programs"))
		return EX_NOPERM;
	if (err == -EPERM && explain_memlock(kernel))
		return EX_NOPERM;
	if (err == -EBADE)
		msg_error("cannot load the BPF programs: somebody changed their constants "
			  "meanwhile; lock with bpf(2) shut to containers");
	else if (err == -EPERM)
		msg_error("cannot load the BPF programs: bpf(2) is denied to this process; root "
			  "outside containers may, with CAP_BPF and CAP_SYS_ADMIN");
	else if (err == -EINVAL && !load->failed && kernel_lockdown() == LOCKDOWN_CONFIDENTIALITY)
		msg_error("cannot load the BPF programs: the kernel's own lockdown forbids them to "
			  "read kernel memory, which they need%s; boot with 'lockdown=integrity'%s",
			  tool->reads ? "" : " before Linux 5.11",
			  tool->reads ? "" : " or a newer kernel");
	else if (err == -ENOTSUPP)
		msg_error("cannot attach '%s': this kernel has no BPF trampolines; run one built "
			  "with CONFIG_BPF_JIT=y and CONFIG_DYNAMIC_FTRACE_WITH_DIRECT_CALLS=y, on "
			  "arm64 Linux 6.4 or newer",
			  load->failed ? load->failed : "BPF programs");
	else if (load->failed)
		msg_error("cannot attach '%s': %s", load->failed, strerror(-err));
	else
		msg_error("cannot load the BPF programs: %s%s", strerror(-err),
			  explain_short(err) ? "" : "; --verbose shows what the kernel says");
	return err == -EPERM ? EX_NOPERM : explain_short(err) ? EX_OSERR : EX_UNAVAILABLE;
}

int explain_unreadable(bool units)
{
	if (units)
		msg_error("cannot trust a unit: the kernel's own lockdown, or another program of "
			  "the suite, forbids BPF programs to read kernel memory, where the names "
			  "of cgroups are; trust its cgroup with --cgroup");
	else
		msg_error("cannot decide by names: the kernel's own lockdown, or another program "
			  "of the suite, forbids BPF programs to read kernel memory, where they "
			  "are; leave out --modules and --learn");
	return EX_UNAVAILABLE;
}

int explain_seal(const char *failed, __u64 since, int err)
{
	if (err == -EPERM && explain_denied(since, "seal"))
		return EX_NOPERM;
	if (err == -ENODEV)
		msg_error("cannot seal: the root of cgroup2 is not seen from here and can't be "
			  "mounted; run it on the host; nothing is changed");
	else if (failed && !strcmp(failed, FTRACE_PIN))
		msg_error("cannot seal: kernel.ftrace_enabled can't be kept at 1: %s; nothing is "
			  "changed",
			  err == -EACCES ? "the kernel did not ask" : strerror(-err));
	else if (failed && err == -EINVAL)
		msg_error("cannot seal: others have taken the kernel's room for hooks of cgroups, "
			  "of which it has 10; end what attached them; nothing is changed");
	else
		msg_error("cannot seal: '%s' can't be %s: %s; nothing is changed",
			  failed ? failed : "the BPF programs", failed ? "attached" : "loaded",
			  strerror(-err));
	return explain_short(err) ? EX_OSERR : EX_UNAVAILABLE;
}

void explain_lockdown(const struct tool *tool, const struct bpf_object *object)
{
	struct bpf_program *prog = NULL;

	while ((prog = load_next_hook(object, prog))) {
		const struct tool_hook *hook = prove_row(tool, bpf_program__name(prog));

		if (hook->after_lockdown && !prove_testable(hook))
			msg_warning("the kernel's own lockdown answers before '%s', which can't be "
				    "tested",
				    hook->prog);
	}
}

const char *explain_test(int err)
{
	switch (-err) {
	case ECHILD:
		return "no process can be started";
	case ETIMEDOUT:
		return "somebody delays it, " DELAYED_WHO;
	default:
		return strerror(-err);
	}
}

int explain_proof(const struct tool *tool, const struct bpf_object *object,
		  const struct proof_result *proof, bool pinned)
{
	switch (proof->proof) {
	case PROOF_DENIED:
	case PROOF_COUNTED:
		explain_lockdown(tool, object);
		return 0;
	case PROOF_NONE:
		explain_lockdown(tool, object);
		msg_warning("active, not proven: %s", proof->why);
		return 0;
	case PROOF_FAILED:
		msg_error("cannot test '%s': %s; %s", proof->hook, explain_test(proof->error),
			  pinned ? "it is pinned, --status tests it again" : "nothing is enforced");
		return EX_OSERR;
	case PROOF_WRONG:
	case PROOF_NOT_CALLED:
	default:
		msg_error("'%s' is attached but %s%s", proof->hook,
			  proof->proof == PROOF_WRONG ? "did not deny what it must"
						      : "was not seen to run",
			  pinned ? "" : ": nothing is enforced");
		return EX_UNAVAILABLE;
	}
}

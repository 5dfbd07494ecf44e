// SPDX-License-Identifier: GPL-2.0-only
#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "kernel/btf.h"
#include "words/escape.h"
#include "tool/child.h"
#include "tool/foreign.h"
#include "pins/objects.h"
#include "pins/pin.h"
#include "pins/pinset.h"

#define LINKS_MAX 1024

struct link {
	__u32 prog;
	__u32 attach; /* enum bpf_attach_type */
	__u32 target; /* a BTF id; 0: this kernel doesn't tell */
};

struct links {
	struct link list[LINKS_MAX];
	size_t count;
};

static bool add_link(const struct bpf_link_info *info, void *context)
{
	struct links *links = context;

	if (info->type == BPF_LINK_TYPE_TRACING)
		links->list[links->count++] =
			(struct link){ info->prog_id, info->tracing.attach_type,
				       info->tracing.target_btf_id };
	return links->count == LINKS_MAX;
}

static const struct link *links_of(const struct links *links, __u32 prog)
{
	for (size_t i = 0; i < links->count; i++)
		if (links->list[i].prog == prog)
			return &links->list[i];
	return NULL;
}

/* Whether program @id is behind a pin of the suite, or named where no pin leads. */
static bool is_own(__u32 id)
{
	DIR *root = opendir(PIN_ROOT), *dir;
	struct dirent *program, *pin;
	bool own = pinset_marks(id);

	while (root && !own && (program = readdir(root))) {
		char path[PIN_PATH_MAX];

		if (program->d_name[0] == '.')
			continue;
		pin_path(path, program->d_name, NULL);
		dir = opendir(path);
		while (dir && !own && (pin = readdir(dir))) {
			struct bpf_link_info info;
			int fd;

			if (pin->d_name[0] == '.')
				continue;
			pin_path(path, program->d_name, pin->d_name);
			fd = bpf_obj_get(path);
			own = objects_link(fd, &info) && info.prog_id == id;
			if (fd >= 0)
				close(fd);
		}
		if (dir)
			closedir(dir);
	}
	if (root)
		closedir(root);
	return own;
}

/* Whether the program, attached by @link if not NULL, can answer for one of @targets. */
static bool is_hook(const struct bpf_prog_info *info, const struct link *link, const __u32 *targets,
		    size_t count)
{
	__u32 target = info->attach_btf_id ? info->attach_btf_id : link ? link->target : 0;

	if (info->type != BPF_PROG_TYPE_TRACING && info->type != BPF_PROG_TYPE_LSM)
		return false;
	if (info->type == BPF_PROG_TYPE_TRACING && link && link->attach != BPF_MODIFY_RETURN)
		return false;
	if (!target)
		return link;
	for (size_t i = 0; i < count; i++)
		if (targets[i] == target)
			return true;
	return false;
}

struct hooks {
	FILE *stream;
	const __u32 *targets;
	size_t count;
	bool checked;
	struct links links;
	int found;
};

static bool see_hook(const struct bpf_prog_info *info, int fd, void *context)
{
	struct hooks *hooks = context;

	(void)fd;
	if (hooks->checked && info->type == BPF_PROG_TYPE_LSM)
		return false;
	if (!is_hook(info, links_of(&hooks->links, info->id), hooks->targets, hooks->count) ||
	    is_own(info->id))
		return false;
	fprintf(hooks->stream, "%s'", hooks->found++ ? ", " : "");
	escape_word(hooks->stream, info->name, sizeof(info->name));
	fprintf(hooks->stream, "' (id %u)", info->id);
	return false;
}

int foreign_hooks(FILE *stream, const __u32 *targets, size_t count, bool checked)
{
	struct hooks hooks = { stream, targets, count, checked };
	int err;

	objects_each_link(add_link, &hooks.links);
	err = objects_each_prog(see_hook, &hooks);
	return err ? err : hooks.found;
}

bool foreign_is_checked(const struct kernel_btf *kernel)
{
	const struct bpf_insn insns[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .imm = 1 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .expected_attach_type = BPF_LSM_MAC,
		    .attach_btf_id = btf_function(kernel, "bpf_lsm_bpf"));
	int fd = bpf_prog_load(BPF_PROG_TYPE_LSM, "answer", "GPL", insns,
			       sizeof(insns) / sizeof(insns[0]), &opts);

	if (fd >= 0)
		close(fd);
	return fd == -EINVAL;
}

/* systemd's src/core/bpf-*.c and src/core/bpf/; the kernel keeps 15 characters of a name. */
static const struct setting {
	const char *prog;
	const char *setting;
} settings[] = {
	{ "sd_devices", "DeviceAllow=" },
	{ "sd_fw_", "IPAddressDeny=" },
	{ "sd_restrictif_", "RestrictNetworkInterfaces=" },
	{ "restrict_filesy", "RestrictFileSystems=" },
	{ "sd_bind", "SocketBindDeny=" },
};

#define SETTINGS (sizeof(settings) / sizeof(settings[0]))

static bool see_setting(const struct bpf_prog_info *info, int fd, void *context)
{
	unsigned int *seen = context;

	(void)fd;
	for (size_t i = 0; i < SETTINGS; i++)
		if (!strncmp(info->name, settings[i].prog, strlen(settings[i].prog)))
			*seen |= 1U << i;
	return false;
}

int foreign_settings(FILE *stream)
{
	unsigned int seen = 0;
	int err = objects_each_prog(see_setting, &seen), found = 0;

	for (size_t i = 0; i < SETTINGS && !err; i++)
		if (seen >> i & 1)
			fprintf(stream, "%s%s", found++ ? ", " : "", settings[i].setting);
	return err ? err : found;
}

int foreign_try(unsigned int op)
{
	struct kernel_btf kernel;
	union bpf_attr attr;

	(void)op;
	if (btf_read(&kernel, BTF_PATH, NULL))
		return 0;
	memset(&attr, 0, sizeof(attr));
	attr.prog_type = BPF_PROG_TYPE_TRACING;
	attr.expected_attach_type = BPF_MODIFY_RETURN;
	attr.attach_btf_id = btf_function(&kernel, "security_bpf");
	return child_denied(syscall(SYS_bpf, BPF_PROG_LOAD, &attr, sizeof(attr)));
}

// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <bpf/btf.h>

#include "kernel/btf.h"

/* Deeper than this no structure holds another. */
#define DEPTH_MAX 64

static const char *const names[BTF_NAMES_MAX] = {
	[BTF_BPF_ATTACH_TYPE] = "bpf_attach_type", [BTF_BPF_CMD] = "bpf_cmd",
	[BTF_BPF_FUNC_ID] = "bpf_func_id",	   [BTF_BPF_MAP_MEMORY] = "bpf_map_memory",
	[BTF_BPF_PROG_INFO] = "bpf_prog_info",	   [BTF_DENTRY] = "dentry",
	[BTF_DENTRY_FLAGS] = "dentry_flags",	   [BTF_INODE] = "inode",
	[BTF_KEXEC_FILE_OPS] = "kexec_file_ops",   [BTF_LOCKDOWN_REASON] = "lockdown_reason",
	[BTF_SUPER_BLOCK] = "super_block",	   [BTF_TASK_STRUCT] = "task_struct",
};

/* Each tracepoint is a typedef of this name and its own (include/trace/bpf_probe.h); few are asked
 * for. */
#define TRACEPOINT "btf_trace_sched_process_exec"

/* What begins so can be attached to. */
static const char *const functions[] = { "bpf_lsm_", "bpf_iter_", "security_", TRACEPOINT };

#define FUNCTIONS (sizeof(functions) / sizeof(functions[0]))

/* All of the kernel's. Mapped, which Linux 6.16 can, or read part by part: a page costs to have. */
struct source {
	int fd;
	const char *map; /* MAP_FAILED: not mapped */
	size_t size;
	const char *strings;
	char *buffer; /* where they are read to */
	size_t strings_size;
	size_t types; /* where they begin */
	size_t types_size;
	__u32 *offsets; /* of each type from there, by number, and of the end; 0 is void */
	__u32 count;
	__u32 *found; /* the numbers of the wanted */
	__u32 found_count;
};

/* In the copy: what all pointers are, for what they point to is left out, and all functions. */
#define POINTER 1
#define PROTOTYPE 2

struct copy {
	struct source from;
	struct btf *to;
	__u32 *copied; /* by number, what it is in the copy; 0: nothing yet */
	__u32 *ids;    /* the other way round */
};

struct wanted {
	char **names; /* sorted */
	size_t count;
	bool marks[256]; /* of these, and of functions */
};

/* What is there at @at: in the map, or read into @buffer. NULL and errno where it can't be read. */
static const void *part(const struct source *source, size_t at, void *buffer, size_t size)
{
	size_t done = 0;
	ssize_t length;

	if (source->map != MAP_FAILED)
		return source->map + at;
	while (done < size) {
		length = pread(source->fd, (char *)buffer + done, size - done, (off_t)(at + done));
		if (length <= 0) {
			errno = length ? errno : EPROTO;
			return NULL;
		}
		done += (size_t)length;
	}
	return buffer;
}

/* Finds the sections, and has the strings, which end in 0. */
static int find_sections(struct source *source)
{
	struct btf_header buffer;
	const struct btf_header *header;
	size_t size = source->size;

	if (size < sizeof(*header))
		return -EPROTO;
	header = part(source, 0, &buffer, sizeof(buffer));
	if (!header)
		return -errno;
	if (header->magic != BTF_MAGIC || header->hdr_len > size ||
	    (header->hdr_len | header->type_off) % sizeof(__u32) ||
	    header->type_off > size - header->hdr_len ||
	    header->type_len > size - header->hdr_len - header->type_off ||
	    header->str_off > size - header->hdr_len ||
	    header->str_len > size - header->hdr_len - header->str_off || !header->str_len)
		return -EPROTO;
	source->types = header->hdr_len + header->type_off;
	source->types_size = header->type_len;
	source->strings_size = header->str_len;
	source->buffer = malloc(source->strings_size);
	if (!source->buffer)
		return -ENOMEM;
	source->strings = part(source, header->hdr_len + header->str_off, source->buffer,
			       source->strings_size);
	if (!source->strings)
		return -errno;
	return source->strings[source->strings_size - 1] ? -EPROTO : 0;
}

static int open_source(struct source *source, const char *path)
{
	struct stat st;

	source->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (source->fd < 0 || fstat(source->fd, &st))
		return -errno;
	source->size = (size_t)st.st_size;
	source->map = mmap(NULL, source->size, PROT_READ, MAP_PRIVATE, source->fd, 0);
	return find_sections(source);
}

static void close_source(struct source *source)
{
	if (source->map != MAP_FAILED)
		munmap((void *)source->map, source->size);
	if (source->fd >= 0)
		close(source->fd);
	free(source->buffer);
	free(source->offsets);
	free(source->found);
}

static const char *name_of(const struct source *source, __u32 offset)
{
	return offset < source->strings_size ? source->strings + offset : "";
}

/* What follows a type of each kind: once, and for each of its members. */
static const struct {
	bool known;
	unsigned char once, each;
} kinds[] = {
	[BTF_KIND_INT] = { true, sizeof(__u32), 0 },
	[BTF_KIND_PTR] = { true, 0, 0 },
	[BTF_KIND_ARRAY] = { true, sizeof(struct btf_array), 0 },
	[BTF_KIND_STRUCT] = { true, 0, sizeof(struct btf_member) },
	[BTF_KIND_UNION] = { true, 0, sizeof(struct btf_member) },
	[BTF_KIND_ENUM] = { true, 0, sizeof(struct btf_enum) },
	[BTF_KIND_FWD] = { true, 0, 0 },
	[BTF_KIND_TYPEDEF] = { true, 0, 0 },
	[BTF_KIND_VOLATILE] = { true, 0, 0 },
	[BTF_KIND_CONST] = { true, 0, 0 },
	[BTF_KIND_RESTRICT] = { true, 0, 0 },
	[BTF_KIND_FUNC] = { true, 0, 0 },
	[BTF_KIND_FUNC_PROTO] = { true, 0, sizeof(struct btf_param) },
	[BTF_KIND_VAR] = { true, sizeof(struct btf_var), 0 },
	[BTF_KIND_DATASEC] = { true, 0, sizeof(struct btf_var_secinfo) },
	[BTF_KIND_FLOAT] = { true, 0, 0 },
	[BTF_KIND_DECL_TAG] = { true, sizeof(struct btf_decl_tag), 0 },
	[BTF_KIND_TYPE_TAG] = { true, 0, 0 },
	[BTF_KIND_ENUM64] = { true, 0, sizeof(struct btf_enum64) },
};

#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

/* The bytes of a type, or 0 for a kind that this source does not know. */
static size_t size_of(const struct btf_type *type)
{
	__u32 kind = btf_kind(type);

	if (kind >= KINDS || !kinds[kind].known)
		return 0;
	return sizeof(*type) + kinds[kind].once + (size_t)btf_vlen(type) * kinds[kind].each;
}

/* Two names that are equal have the same; of the many that are not wanted few have a wanted one's.
 */
static unsigned char mark_of(const char *name)
{
	return *name ? (unsigned char)(name[0] * 31 + name[1]) : 0;
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The names of @local without what libbpf ignores: ___ and all after it. */
static int find_wanted(struct wanted *wanted, const struct btf *local)
{
	__u32 count = local ? btf__type_cnt(local) : 0;

	wanted->names = calloc(count + BTF_NAMES_MAX, sizeof(*wanted->names));
	if (!wanted->names)
		return -ENOMEM;
	for (__u32 id = 0; id < count + BTF_NAMES_MAX; id++) {
		const struct btf_type *type = id < count ? btf__type_by_id(local, id) : NULL;
		const char *name, *end;

		if (type && !btf_is_composite(type) && !btf_is_any_enum(type))
			continue;
		name = type ? btf__name_by_offset(local, type->name_off) : names[id - count];
		if (!*name)
			continue;
		end = strstr(name, "___");
		wanted->names[wanted->count] =
			end ? strndup(name, (size_t)(end - name)) : strdup(name);
		if (!wanted->names[wanted->count])
			return -ENOMEM;
		wanted->marks[mark_of(wanted->names[wanted->count++])] = true;
	}
	for (size_t i = 0; i < FUNCTIONS; i++)
		wanted->marks[mark_of(functions[i])] = true;
	qsort(wanted->names, wanted->count, sizeof(*wanted->names), compare);
	return 0;
}

static bool is_wanted(const struct wanted *wanted, const struct source *source,
		      const struct btf_type *type)
{
	const char *name = name_of(source, type->name_off);

	if (!wanted->marks[mark_of(name)])
		return false;
	if (btf_is_composite(type) || btf_is_any_enum(type))
		return bsearch(&name, wanted->names, wanted->count, sizeof(*wanted->names),
			       compare);
	if (btf_is_typedef(type))
		return !strcmp(name, TRACEPOINT);
	for (size_t i = 0; btf_is_func(type) && i < FUNCTIONS; i++)
		if (!strncmp(name, functions[i], strlen(functions[i])))
			return true;
	return false;
}

/* Numbers all types, and finds the wanted. */
static int index_source(struct source *source, const struct wanted *wanted)
{
	static char buffer[65536];
	size_t most = source->types_size / sizeof(struct btf_type) + 2;
	size_t at = 0, size, start = 0, length = 0;
	const char *window = NULL;

	source->offsets = malloc(most * sizeof(*source->offsets));
	source->found = malloc(most * sizeof(*source->found));
	if (!source->offsets || !source->found)
		return -ENOMEM;
	for (source->count = 1; at < source->types_size; at += size) {
		const struct btf_type *type;

		if (source->types_size - at < sizeof(*type))
			return -EPROTO;
		if (at + sizeof(*type) > start + length) {
			start = at;
			length = source->types_size - at;
			if (length > sizeof(buffer))
				length = sizeof(buffer);
			window = part(source, source->types + start, buffer, length);
			if (!window)
				return -errno;
		}
		type = (const struct btf_type *)(window + (at - start));
		size = size_of(type);
		if (!size || source->types_size - at < size)
			return -EPROTO;
		if (is_wanted(wanted, source, type))
			source->found[source->found_count++] = source->count;
		source->offsets[source->count++] = (__u32)at;
	}
	source->offsets[source->count] = (__u32)at;
	return 0;
}

static int copy_enum(struct copy *copy, const struct btf_type *type, const char *name)
{
	const struct btf_enum *value = btf_enum(type);
	int id = btf__add_enum(copy->to, name, type->size);

	for (int i = 0; i < btf_vlen(type) && id > 0; i++, value++) {
		__s64 number = btf_kflag(type) ? value->val : (__s64)(__u32)value->val;
		int err = btf__add_enum_value(copy->to, name_of(&copy->from, value->name_off),
					      number);

		id = err ? err : id;
	}
	return id;
}

static int copy_enum64(struct copy *copy, const struct btf_type *type, const char *name)
{
	const struct btf_enum64 *value = btf_enum64(type);
	int id = btf__add_enum64(copy->to, name, type->size, btf_kflag(type));

	for (int i = 0; i < btf_vlen(type) && id > 0; i++, value++) {
		int err = btf__add_enum64_value(copy->to, name_of(&copy->from, value->name_off),
						btf_enum64_value(value));

		id = err ? err : id;
	}
	return id;
}

static int copy_composite(struct copy *copy, const struct btf_type *type, const char *name)
{
	int id = btf_is_struct(type) ? btf__add_struct(copy->to, name, type->size)
				     : btf__add_union(copy->to, name, type->size);

	for (__u32 i = 0; i < btf_vlen(type) && id > 0; i++) {
		const struct btf_member *member = btf_members(type) + i;
		int err = btf__add_field(copy->to, name_of(&copy->from, member->name_off),
					 (int)copy->copied[member->type],
					 btf_member_bit_offset(type, i),
					 btf_member_bitfield_size(type, i));

		id = err ? err : id;
	}
	return id;
}

/* Adds @type, whose parts are there already. Returns what it is in the copy, or a negative errno.
 */
static int copy_alone(struct copy *copy, const struct btf_type *type)
{
	const char *name = name_of(&copy->from, type->name_off);

	switch (btf_kind(type)) {
	case BTF_KIND_INT:
		return btf__add_int(copy->to, name, type->size, btf_int_encoding(type));
	case BTF_KIND_FLOAT:
		return btf__add_float(copy->to, name, type->size);
	case BTF_KIND_ENUM:
		return copy_enum(copy, type, name);
	case BTF_KIND_ENUM64:
		return copy_enum64(copy, type, name);
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		return copy_composite(copy, type, name);
	case BTF_KIND_ARRAY:
		return btf__add_array(copy->to, (int)copy->copied[btf_array(type)->index_type],
				      (int)copy->copied[btf_array(type)->type],
				      btf_array(type)->nelems);
	case BTF_KIND_FUNC:
	case BTF_KIND_TYPEDEF: /* a tracepoint, as if it were a function */
		return btf__add_func(copy->to, name, BTF_FUNC_STATIC, PROTOTYPE);
	default:
		return POINTER;
	}
}

static int copy_type(struct copy *copy, __u32 id, int depth);

/* Copies @type, which is number @id, with what it is made of. */
static int copy_whole(struct copy *copy, const struct btf_type *type, __u32 id, int depth)
{
	int err = 0;

	if (btf_is_mod(type) ||
	    (btf_is_typedef(type) && strcmp(name_of(&copy->from, type->name_off), TRACEPOINT))) {
		err = copy_type(copy, type->type, depth);
		copy->copied[id] = err ? 0 : copy->copied[type->type];
		return err;
	}
	if (btf_is_array(type))
		err = copy_type(copy, btf_array(type)->type, depth)
			      ?: copy_type(copy, btf_array(type)->index_type, depth);
	for (int i = 0; btf_is_composite(type) && i < btf_vlen(type) && !err; i++)
		err = copy_type(copy, btf_members(type)[i].type, depth);
	if (!err)
		err = copy_alone(copy, type);
	if (err < 0)
		return err;
	copy->copied[id] = (__u32)err;
	copy->ids[err] = id;
	return 0;
}

/* Copies number @id, unless it is there: 0 or a negative errno. */
static int copy_type(struct copy *copy, __u32 id, int depth)
{
	const struct source *from = &copy->from;
	const struct btf_type *type;
	size_t size;
	void *buffer;
	int err;

	if (id >= from->count || !depth)
		return -EPROTO;
	if (!id || copy->copied[id])
		return 0;
	size = from->offsets[id + 1] - from->offsets[id];
	buffer = malloc(size);
	if (!buffer)
		return -ENOMEM;
	type = part(from, from->types + from->offsets[id], buffer, size);
	if (!type)
		err = -errno;
	else
		err = size_of(type) == size ? copy_whole(copy, type, id, depth - 1) : -EPROTO;
	free(buffer);
	return err;
}

static int copy_found(struct copy *copy)
{
	int err = 0;

	copy->copied = calloc(copy->from.count, sizeof(*copy->copied));
	copy->ids = calloc((size_t)copy->from.count + PROTOTYPE + 1, sizeof(*copy->ids));
	copy->to = btf__new_empty();
	if (!copy->copied || !copy->ids || !copy->to)
		return -ENOMEM;
	if (btf__add_ptr(copy->to, 0) != POINTER || btf__add_func_proto(copy->to, 0) != PROTOTYPE)
		return -ENOMEM;
	for (__u32 i = 0; i < copy->from.found_count && !err; i++)
		err = copy_type(copy, copy->from.found[i], DEPTH_MAX);
	return err;
}

int btf_read(struct kernel_btf *kernel, const char *path, const struct btf *local)
{
	struct wanted wanted = { 0 };
	struct copy copy = { .from.fd = -1, .from.map = MAP_FAILED };
	int err = open_source(&copy.from, path);

	if (!err)
		err = find_wanted(&wanted, local);
	if (!err)
		err = index_source(&copy.from, &wanted);
	if (!err)
		err = copy_found(&copy);
	for (size_t i = 0; i < wanted.count; i++)
		free(wanted.names[i]);
	free(wanted.names);
	close_source(&copy.from);
	free(copy.copied);
	*kernel = (struct kernel_btf){ copy.to, copy.ids };
	if (err)
		btf_free(kernel);
	return err;
}

__u32 btf_function(const struct kernel_btf *kernel, const char *name)
{
	int id = btf__find_by_name_kind(kernel->btf, name, BTF_KIND_FUNC);

	return id > 0 ? kernel->ids[id] : 0;
}

static const struct btf_type *find(const struct kernel_btf *kernel, enum btf_name name, __u32 kind)
{
	int id = btf__find_by_name_kind(kernel->btf, names[name], kind);

	return id > 0 ? btf__type_by_id(kernel->btf, (__u32)id) : NULL;
}

const struct btf_type *btf_enum_type(const struct kernel_btf *kernel, enum btf_name name)
{
	return find(kernel, name, BTF_KIND_ENUM);
}

int btf_enum_value(const struct kernel_btf *kernel, enum btf_name name, const char *entry,
		   int *value)
{
	const struct btf_type *type = btf_enum_type(kernel, name);

	for (int i = 0; type && i < btf_vlen(type); i++) {
		if (strcmp(btf__name_by_offset(kernel->btf, btf_enum(type)[i].name_off), entry))
			continue;
		*value = btf_enum(type)[i].val;
		return 0;
	}
	return -ENOENT;
}

bool btf_has(const struct kernel_btf *kernel, enum btf_name name)
{
	return find(kernel, name, BTF_KIND_STRUCT);
}

bool btf_has_member(const struct kernel_btf *kernel, enum btf_name name, const char *member)
{
	const struct btf_type *type = find(kernel, name, BTF_KIND_STRUCT);

	for (int i = 0; type && i < btf_vlen(type); i++)
		if (!strcmp(btf__name_by_offset(kernel->btf, btf_members(type)[i].name_off),
			    member))
			return true;
	return false;
}

void btf_free(struct kernel_btf *kernel)
{
	btf__free(kernel->btf);
	free(kernel->ids);
	*kernel = (struct kernel_btf){ 0 };
}

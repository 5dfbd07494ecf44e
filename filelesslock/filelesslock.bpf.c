// SPDX-License-Identifier: GPL-2.0-only
/*
 * filelesslock: files that have no name on a filesystem.
 *
 * Threat: code that never was a file that can be found, scanned or measured is
 * executed from a memfd, shared memory, an O_TMPFILE or an unlinked file.
 *
 * Hooks: bprm_check_security, called for the file of execve, then for the
 * interpreter of a script or of binfmt_misc, each before the point of no return
 * (fs/exec.c: search_binary_handler). Where mapping is blocked also mmap_file and
 * file_mprotect, which see ld.so, dlopen and the interpreter of an ELF file.
 *
 * Invariants: what decides is frozen and the kernel's own state of the file; a file
 * with a name, not on a tmpfs, costs a few loads and no call.
 */
#include "filelesslock.h"

#define RECORD_SUBJECT
#include "bpf/policy.bpf.h"

#include "file.bpf.h"

/* The same numbers on x86, arm64, riscv, s390 and powerpc. */
#define PROT_READ 1
#define PROT_EXEC 4
#define MAP_ANONYMOUS 0x20
#define VM_EXEC 4
#define READ_IMPLIES_EXEC 0x0400000

#define KIND(op) (1 << (op))

/*
 * What a file is asked about by, each followed once and the rest read by calls, for the verifier's
 * sake: see record_fill().
 */
struct asked {
	struct file *file;
	struct inode *inode;
	struct super_block *sb;
};

static __always_inline struct asked ask(struct file *file)
{
	struct inode *inode = file->f_inode;

	return (struct asked){ file, inode, inode->i_sb };
}

/*
 * The operations that executing the file may be, 0 where it has a name. O_TMPFILE makes a dentry
 * without a hash (fs/namei.c: vfs_tmpfile), which a file that was linked and unlinked keeps.
 */
static __always_inline __u32 file_kinds(struct asked a)
{
	/* The root filesystem is nobody's shared memory: an initramfs costs no more. */
	bool memory = a.sb->s_dev != state.policy.root && file_is_in_memory(a.sb);
	struct file *file = a.file;
	__u64 dentry;
	__u32 kinds = 0;

	if (a.inode->i_nlink && !memory)
		return file_is_lost(file, a.sb) ? KIND(FILELESSLOCK_UNLINKED) : 0;
	if (!a.inode->i_nlink && file_is_memfd(a.inode, a.sb))
		return KIND(FILELESSLOCK_MEMFD);
	dentry = KERNEL_READ_AT(file, struct file, f_path.dentry);
	if (file_is_nameless(a.inode, a.sb, dentry)) {
		if (a.inode->i_flags & S_PRIVATE)
			return KIND(FILELESSLOCK_SHM);
		if (file_is_linkable(a.inode))
			kinds = KIND(FILELESSLOCK_TMPFILE);
		else if (!KERNEL_READ_AT(dentry, struct dentry, d_name.hash))
			kinds = KIND(FILELESSLOCK_TMPFILE) | KIND(FILELESSLOCK_UNLINKED);
		else
			kinds = KIND(FILELESSLOCK_UNLINKED);
	}
	if (memory &&
	    shm_has(kernel_number(a.sb), dentry, KERNEL_READ_AT(file, struct file, f_path.mnt)))
		kinds |= KIND(FILELESSLOCK_SHM);
	return kinds;
}

/* Records name the file: there is no other kind. */
static __always_inline struct record_source source_file(struct asked a)
{
	return (struct record_source){ 1, record_id(a.inode->i_ino, kernel_number(a.sb)),
				       kernel_number(a.file) };
}

static __always_inline void record_subject(struct record_subject *subject,
					   struct record_source source)
{
	struct file *file = (struct file *)source.number;
	__u64 inode = KERNEL_READ_AT(file, struct file, f_inode);
	__u64 sb = KERNEL_READ_AT(inode, struct inode, i_sb);

	subject->inode = KERNEL_READ_AT(inode, struct inode, i_ino);
	subject->device = record_device(KERNEL_READ_AT(sb, struct super_block, s_dev));
	subject->seals = file_seals(inode, sb);
	bpf_probe_read_kernel_str(subject->name, sizeof(subject->name),
				  BPF_CORE_READ(file, f_path.dentry, d_name.name));
}

static __always_inline bool is_elf(struct linux_binprm *bprm)
{
	return !((bprm->buf[0] ^ 0x7f) | (bprm->buf[1] ^ 'E') | (bprm->buf[2] ^ 'L') |
		 (bprm->buf[3] ^ 'F'));
}

/* Decides on all that it may be: what denies it is recorded, or else the first. */
static __always_inline int decide(__u32 kinds, struct linux_binprm *bprm, struct asked a)
{
	bool trusted = policy_trusted();
	enum policy_verdict verdict = 0, other;
	__u32 op = 0;

	for (__u32 o = FILELESSLOCK_MEMFD; o < FILELESSLOCK_MAPPING; o++) {
		if (!(kinds & KIND(o)))
			continue;
		other = decision(&state.policy, o, trusted);
		if (!op || (verdict_denies(other) && !verdict_denies(verdict))) {
			op = o;
			verdict = other;
		}
	}
	/* Denied when it is mapped, past the point of no return, it would be killed. */
	if (operation_set_has(&state.policy.block, FILELESSLOCK_MAPPING) &&
	    !verdict_denies(verdict) && is_elf(bprm)) {
		op = FILELESSLOCK_MAPPING;
		verdict = VERDICT_DENY_BLOCKED;
	}
	return policy_apply(op, verdict, source_file(a));
}

/* A function of its own: what is not concerned saves no register. */
static __noinline int check(struct linux_binprm *bprm, struct file *file, struct inode *inode,
			    struct super_block *sb)
{
	struct asked a = { file, inode, sb };
	__u32 kinds = file_kinds(a);

	if (!kinds)
		return 0;
	return decide(kernel_hidden(kinds, bpf_get_current_pid_tgid()), bprm, a);
}

SEC("lsm/bprm_check_security")
int BPF_PROG(bprm_check, struct linux_binprm *bprm)
{
	struct asked a = ask(bprm->file);

	if (a.inode->i_nlink && !file_is_in_memory(a.sb) && !file_is_lost(a.file, a.sb))
		return 0;
	return check(bprm, a.file, a.inode, a.sb);
}

static __always_inline int decide_mapping(struct file *file)
{
	struct asked a;

	if (!file)
		return 0;
	a = ask(file);
	return file_kinds(a) ? policy_decide(FILELESSLOCK_MAPPING, source_file(a)) : 0;
}

/*
 * The hook is (file, reqprot, prot, flags), the function that calls it (file, prot, flags) and
 * adds what the personality says only then (security/security.c: mmap_prot).
 */
SEC("lsm/mmap_file")
int BPF_PROG(mmap_file, struct file *file, unsigned long first, unsigned long second)
{
	unsigned long prot = second, flags;

	if (state.attachment == ATTACHMENT_LSM) {
		flags = ctx[3]; /* BPF_PROG() names three arguments, for both */
	} else {
		flags = second;
		prot = first;
		if (prot & PROT_READ &&
		    KERNEL_READ(kernel_current(), personality) & READ_IMPLIES_EXEC)
			prot |= PROT_EXEC;
	}
	/* Anonymous huge pages are a file too (mm/mmap.c: ksys_mmap_pgoff). */
	if (!(prot & PROT_EXEC) || flags & MAP_ANONYMOUS)
		return 0;
	return decide_mapping(file);
}

/*
 * Whether @file, which is private, is shared anonymous memory (mm/shmem.c: shmem_zero_setup), by
 * the name that it has from there; the other is a System V segment, attached or opened by
 * map_files.
 */
static __always_inline bool is_anonymous(struct file *file)
{
	__u64 name = 0, zero;

	__builtin_memcpy(&zero, "dev/zero", sizeof(zero));
	bpf_probe_read_kernel(&name, sizeof(name), BPF_CORE_READ(file, f_path.dentry, d_name.name));
	return name == zero;
}

SEC("lsm/file_mprotect")
int BPF_PROG(file_mprotect, struct vm_area_struct *vma, unsigned long reqprot, unsigned long prot)
{
	struct file *file;

	if (!(prot & PROT_EXEC) || vma->vm_flags & VM_EXEC)
		return 0;
	file = vma->vm_file;
	if (file && file->f_inode->i_flags & S_PRIVATE && is_anonymous(file))
		return 0;
	return decide_mapping(file);
}

char _license[] SEC("license") = "GPL";

# SPDX-License-Identifier: GPL-2.0-only
# Makes of a program's BPF source one that has the same hooks and does nothing.
BEGIN {
	print "#include <linux/bpf.h>"
	print "#include <bpf/bpf_helpers.h>"
	print "char _license[] SEC(\"license\") = \"GPL\";"
}
/^SEC\("(lsm|tp_btf)\// { section = $0 }
section && /^int BPF_PROG\(/ {
	name = $0
	sub(/^int BPF_PROG\(/, "", name)
	sub(/[,)].*/, "", name)
	if (!seen[name]++) # the guard has hooks that a program may have too
		printf "%s int %s(void *ctx) { return 0; }\n", section, name
	section = ""
}

# SPDX-License-Identifier: GPL-2.0-only
# Makes of a program's BPF source one that has the same hooks and does nothing.
BEGIN {
	print "// SPDX-License-Identifier: GPL-2.0-only"
	print "#include <linux/bpf.h>"
	print "#include <bpf/bpf_helpers.h>"
	print "char _license[] SEC(\"license\") = \"GPL\";"
}
/^SEC\("lsm\// { section = $0 }
section && /^int BPF_PROG\(/ {
	name = $0
	sub(/^int BPF_PROG\(/, "", name)
	sub(/[,)].*/, "", name)
	printf "%s int %s(void *ctx) { return 0; }\n", section, name
	section = ""
}

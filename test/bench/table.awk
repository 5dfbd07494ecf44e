# SPDX-License-Identifier: GPL-2.0-only
# table.awk BUDGETS MEASURED: prints a table for each program, and exits with 1 where a budget is
# exceeded. Columns of a new pid namespace (/c) are held against those measured there.
BEGIN { split("allow trusted except/c denied/c restricted", columns) }
/^#/ || /^$/ { next }
FNR == NR {
	budget[++budgets, "program"] = "^(" $1 ")$"
	budget[budgets, "row"] = "^(" $2 ")$"
	budget[budgets, "most"] = $3
	next
}
/^-- / { print title ": " substr($0, 4); next }
$1 ~ /^scale\// {
	if (!($2 in scaled)) {
		scaled[$2]
		scale_rows[++scale_count] = $2
	}
	if (!($1 in value))
		scale_columns[++scales] = $1
	value[$1]
	value[$1, $2] = $3
	next
}
$1 ~ /^others\// {
	if (!($1 in value))
		other_columns[++others] = $1
	value[$1]
	value[$1, $2] = $3
	next
}
$1 ~ /^peers\// {
	if (!($1 in value))
		peer_columns[++peers] = $1
	value[$1]
	least_of($1, $2, $3)
	next
}
$2 ~ /^(load-(elapsed|worked|memory)|memory)$/ {
	loads[$1]
	value[$1, $2] = $3 # the last counts: the kernel has read its own BTF by then
	next
}
NF == 3 && $3 ~ /^[0-9]+$/ {
	if (!($2 in seen)) {
		seen[$2]
		order[++rows] = $2
	}
	if (split($1, part, "/") > 1 && part[1] != "nothing" && !(part[1] in programs)) {
		programs[part[1]]
		listed[++count] = part[1]
	}
	least_of($1, $2, $3)
	if ($2 == "fork-exit") {
		place = $1 ~ /\/c$/
		if (!least[place] || $3 < least[place])
			least[place] = $3
		if ($3 - least[place] > forks)
			forks = $3 - least[place]
	}
	next
}
{ print "bench: unexpected: " $0; bad = 1 }

# Beside its peers each is measured more than once.
function least_of(column, row, reading) {
	if (!((column, row) in value) || reading < value[column, row])
		value[column, row] = reading
}

# Where an empty program was measured in PLACE, else on the host.
function empty(program, column, row,   place) {
	place = column ~ /\/c$/ ? "/c" : ""
	if ((program "/empty" place, row) in value)
		return value[program "/empty" place, row]
	return value[program "/empty", row]
}

function most(program, row, column,   i) {
	for (i = 1; i <= budgets; i++)
		if ((program ~ budget[i, "program"] || (program "/" column) ~ budget[i, "program"]) && row ~ budget[i, "row"])
			return budget[i, "most"]
	return 0
}

# A reading is off by 1 %, by which two are taken to agree (bench.c: settled). What a row costs also
# varies with the memory that it gets: by how much where processes are made, the columns of fork-exit
# tell, which nothing hooks; a module wants the most.
function slack(row, base) {
	if (row ~ /^(exec-|fork-|first-memfd)/)
		return base * 0.01 + forks
	return 10 + base * (row == "load-module" ? 0.08 : row == "load-nothing" ? 0.04 : 0.01)
}

function above(program, column, row,   base, over) {
	if (!((program "/" column, row) in value))
		return "-"
	checked++
	base = empty(program, column, row)
	over = value[program "/" column, row] - base > most(program, row, column) + slack(row, base)
	if (over)
		bad = 1
	return (value[program "/" column, row] - base) (over ? "!" : "")
}

function table(program,   i, j, row) {
	if (!((program "/empty", order[1]) in value))
		return
	if (!titled++)
		print "guest instructions: with nothing loaded; what empty programs on the same hooks add; what PROGRAM adds to these"
	printf "%-15s %10s %7s | %7s %7s %7s %7s %10s %6s\n", program, "nothing", "empty", "allow", "trusted", "except", "denied", "restricted", "budget"
	for (i = 1; i <= rows; i++) {
		row = order[i]
		if (!((program "/empty", row) in value))
			continue
		printf "%-15s %10d %7s |", row, value["nothing", row], value[program "/empty", row] - value["nothing", row]
		for (j = 1; j <= 5; j++)
			printf j < 5 ? " %7s" : " %10s", above(program, columns[j], row)
		printf " %6d\n", most(program, row)
	}
	print ""
}

function scale(   i, j, column, row, own, base, over, shown) {
	for (i = 1; i <= scales; i++) {
		column = scale_columns[i]
		if (column ~ /\/empty$/)
			continue
		if (!shown++)
			print "how it scales: above an empty program of kimglock; listed-*, of kmodlock, above where none is asked"
		own = column "/"
		sub(/(\/c)?\/$/, "/empty", own)
		printf "%-15s", substr(column, 7)
		for (j = 1; j <= scale_count; j++) {
			row = scale_rows[j]
			if (!((column, row) in value))
				continue
			base = (own, row) in value ? value[own, row] : empty("kimglock", column, row)
			over = 0
			if (most(column, row)) {
				checked++
				over = value[column, row] - base > most(column, row) + slack(row, base)
				if (over)
					bad = 1
			}
			printf " %s %d%s", row, value[column, row] - base, over ? "!" : ""
		}
		print ""
	}
	if (shown)
		print ""
}

# What users do: what all programs in force add to nothing; more than 1 % is too much. Where their peers were measured,
# what these add.
function macro(   i, j, n, names, row, added, over, shown) {
	n = split(peers ? "exec-dynamic fork-exit open-file socket create-unlink rename-twice mount-tmpfs runc-run" : "exec-dynamic fork-exit runc-run", names)
	for (i = 1; i <= n; i++) {
		row = names[i]
		if (!(("all/trusted", row) in value) || !value["nothing", row])
			continue
		if (!shown++) {
			printf "guest instructions: what is added to nothing\n%-15s %10s | %8s %9s", "", "nothing", "all", ""
			for (j = 1; j <= peers; j++)
				printf "%s%12s", j == 1 ? " | " : " ", substr(peer_columns[j], 7)
			print ""
		}
		checked++
		added = value["all/trusted", row] - value["nothing", row]
		over = 100 * added > value["nothing", row]
		printf "%-15s %10d | %8d %+7.2f %%%s", row, value["nothing", row], added, 100 * added / value["nothing", row], over ? "!" : peers ? " " : ""
		for (j = 1; j <= peers; j++)
			printf "%s%12s", j == 1 ? "| " : " ", (peer_columns[j], row) in value ? value[peer_columns[j], row] - value["nothing", row] : "-"
		print ""
		if (over)
			bad = 1
	}
	if (shown)
		print ""
}

# What it costs to record an execution: above nothing, so that what attaches so is in it.
function beside(   i, j, names, n, shown) {
	n = split("exec-static exec-dynamic", names)
	for (i = 1; i <= n && others; i++) {
		if (!(("execsnoop/allow", names[i]) in value))
			continue
		if (!shown++)
			print "an execution recorded: above nothing"
		printf "%-15s execsnoop %d, with arguments %d", names[i], value["execsnoop/allow", names[i]] - value["nothing", names[i]], value["execsnoop/restricted", names[i]] - value["nothing", names[i]]
		for (j = 1; j <= others; j++)
			printf "; %s %d", other_name(other_columns[j]), value[other_columns[j], names[i]] - value["nothing", names[i]]
		print ""
	}
	if (shown)
		print ""
}

function other_name(column) {
	return column ~ /perf$/ ? "perf trace" : "of bcc"
}

# Loading, in millions of instructions that its process worked, the time that passed (the kernel
# waits for grace periods), peak memory of the process, and what stays in the kernel.
function loading(   p, small, ratio, shown) {
	for (p in loads) {
		small = p "/smallest"
		if (!((small, "load-worked") in value))
			continue
		if (!shown++)
			printf "%-15s %9s %9s %6s %9s %8s %8s %10s\n", "loading", "smallest", "program", "times", "elapsed", "KiB", "smallest", "kernel KiB"
		ratio = value[p, "load-worked"] / value[small, "load-worked"]
		printf "%-15s %9.1f %9.1f %6.1f %9.1f %8d %8d %10d\n", p, value[small, "load-worked"] / 1e6, value[p, "load-worked"] / 1e6, ratio, value[p, "load-elapsed"] / 1e6, value[p, "load-memory"], value[small, "load-memory"], value[p, "memory"] / 1024
		if (ratio > most(p, "times") || value[p, "memory"] > most(p, "memory")) {
			print "bench: " p " exceeds its budget of loading or memory"
			bad = 1
		}
	}
	if (shown)
		print ""
}

END {
	for (p = 1; p <= count; p++)
		table(listed[p])
	if (scales)
		scale()
	macro()
	beside()
	loading()
	if (!checked) {
		print "bench: nothing was measured"
		bad = 1
	}
	print bad ? "bench: NOT within the budget" : "bench: within the budget"
	exit bad
}

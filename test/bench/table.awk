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
NF == 3 && $3 ~ /^[0-9]+$/ {
	if (!($2 in seen)) {
		seen[$2]
		order[++rows] = $2
	}
	if (split($1, part, "/") > 1 && part[1] != "nothing" && !(part[1] in programs)) {
		programs[part[1]]
		listed[++count] = part[1]
	}
	value[$1, $2] = $3
	next
}
{ print "bench: unexpected: " $0; bad = 1 }

function most(program, row,   i) {
	for (i = 1; i <= budgets; i++)
		if (program ~ budget[i, "program"] && row ~ budget[i, "row"])
			return budget[i, "most"]
	return 0
}

# A reading is off by so much: what the row costs varies a little with the memory that it gets.
function slack(base) { return 10 + base * 0.002 }

function above(program, column, row,   place, base) {
	place = column ~ /\/c$/ ? "/c" : ""
	if (!((program "/" column, row) in value))
		return "-"
	checked++
	base = value[program "/empty" place, row]
	over = value[program "/" column, row] - base > most(program, row) + slack(base)
	if (over)
		bad = 1
	return (value[program "/" column, row] - base) (over ? "!" : "")
}

function table(program,   i, j, row) {
	printf "%-15s %10s %7s | %7s %7s %7s %7s %10s %6s\n", program, "nothing", "empty", "allow", "trusted", "except", "denied", "restricted", "budget"
	for (i = 1; i <= rows; i++) {
		row = order[i]
		printf "%-15s %10d %7s |", row, value["nothing", row], value[program "/empty", row] - value["nothing", row]
		for (j = 1; j <= 5; j++)
			printf j < 5 ? " %7s" : " %10s", above(program, columns[j], row)
		printf " %6d\n", most(program, row)
	}
	print ""
}

END {
	print "guest instructions: with nothing loaded; what empty programs on the same hooks add; what PROGRAM adds to these"
	for (p = 1; p <= count; p++)
		table(listed[p])
	if (!checked) {
		print "bench: nothing was measured"
		bad = 1
	}
	print bad ? "bench: NOT within the budget" : "bench: within the budget"
	exit bad
}

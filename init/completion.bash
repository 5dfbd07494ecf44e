# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# bash completion for bpflock and its programs                   -*- shell-script -*-

# The long options come from --help, the operations from --list of the running kernel.
_bpflock_operations() { # PROGRAM: its operations, their other names, and classes
	echo all
	"$1" --list 2>/dev/null | awk 'NR > 1 { print $1; print $3; if ($2 != "-") print $2 }' | sort -u
}

_bpflock() {
	# shellcheck disable=SC2034 # what _init_completion sets
	local cur prev words cword program list before item
	_init_completion -s || return
	program=$1
	case $prev in
	--profile | --*-profile | -p)
		mapfile -t COMPREPLY < <(compgen -W 'allow none privileged baseline restrict restricted deny' -- "$cur")
		return
		;;
	--namespaces | --*-namespaces | -n)
		list='pid mnt net user ipc uts cgroup time none'
		;;
	--*-allow | --*-block)
		program=${prev#--}
		program=${program%-*}
		list=$(_bpflock_operations "$program")
		;;
	--allow | --block | -a | -b)
		list=$(_bpflock_operations "$program")
		;;
	--unit | --*-unit | -u)
		list=$(systemctl list-units --all --plain --no-legend --type=service,scope,slice 2>/dev/null | awk '{ print $1 }')
		mapfile -t COMPREPLY < <(compgen -W "${list//\\/\\\\}" -- "$cur")
		return
		;;
	--modules-file | --*-modules-file)
		_filedir
		return
		;;
	--modules | --*-modules)
		list=$(cut -d ' ' -f 1 /proc/modules)
		;;
	--cgroup | --*-cgroup | -c | --path | --*-path)
		_filedir -d
		return
		;;
	*)
		list=
		;;
	esac
	if [[ -n $list ]]; then
		before=
		[[ $cur == *,* ]] && before=${cur%,*},
		item=${cur##*,}
		if [[ -n $before && $item == -* ]]; then # taken out again of what comes before it
			before+=-
			item=${item#-}
		fi
		mapfile -t COMPREPLY < <(compgen -P "$before" -W "$list" -- "$item")
		compopt -o nospace
		return
	fi
	list=$(_parse_help "$program")
	if [[ $program == bpflock ]]; then
		list=${list//--PROGRAM-OPTION=/}
		for program in $_bpflock_programs; do # --PROGRAM-OPTION is the program's own
			[[ --$program != "$cur"* && $cur != --$program-* ]] ||
				list+=" $(_parse_help "$program" | sed "s/^--/--$program-/")"
		done
	fi
	mapfile -t COMPREPLY < <(compgen -W "$list" -- "$cur" | sort -u)
	[[ ${COMPREPLY[0]-} == *= ]] && compopt -o nospace
} &&
	_bpflock_programs='@PROGRAMS@' &&
	complete -F _bpflock bpflock @PROGRAMS@

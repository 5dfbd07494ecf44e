# SPDX-License-Identifier: GPL-2.0-only
# bash completion for bpflock and its programs                   -*- shell-script -*-

# The long options come from --help, the operations from --list of the running kernel.
_bpflock() {
	local cur prev words cword program list before
	_init_completion -s || return
	program=$1
	case $prev in
	--profile | --*-profile | -p)
		mapfile -t COMPREPLY < <(compgen -W 'allow none privileged baseline restrict restricted deny' -- "$cur")
		return
		;;
	--namespaces | --*-namespaces | -n)
		list='pid mnt net user ipc uts cgroup time'
		;;
	--*-allow | --*-block)
		program=${prev#--}
		program=${program%-*}
		list=$("$program" --list 2>/dev/null | awk '{ print $1 }')
		;;
	--allow | --block | -a | -b)
		list=$("$program" --list 2>/dev/null | awk '{ print $1 }')
		;;
	--cgroup | --*-cgroup | -c)
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
		mapfile -t COMPREPLY < <(compgen -P "$before" -W "$list" -- "${cur##*,}")
		compopt -o nospace
		return
	fi
	mapfile -t COMPREPLY < <(compgen -W "$(_parse_help "$program")" -- "$cur")
	[[ ${COMPREPLY[0]-} == *= ]] && compopt -o nospace
} &&
	complete -F _bpflock bpflock kimglock kmodlock bpfrestrict filelesslock

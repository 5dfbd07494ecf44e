#compdef bpflock @PROGRAMS@
# SPDX-License-Identifier: GPL-2.0-only
# zsh completion for bpflock and its programs

# As completion.bash: the options come from --help, the operations from --list of the running kernel.
_bpflock_list() { # WORD...: the last item of a list
	compset -P '*,' || :
	compset -P '-' || :
	compadd -S '' -- "$@"
}
_bpflock_operations() { # PROGRAM
	_bpflock_list all ${(f)"$($1 --list 2>/dev/null | awk 'NR > 1 { print $1; print $3; if ($2 != "-") print $2 }' | sort -u)"}
}
_bpflock_units() {
	compadd -- ${(f)"$(systemctl list-units --all --plain --no-legend --type=service,scope,slice 2>/dev/null | awk '{ print $1 }')"}
}
_bpflock_modules() { _bpflock_list ${(f)"$(cut -d ' ' -f 1 /proc/modules)"} }

# PROGRAM PREFIX: adds the options of PROGRAM to specs, each with PREFIX before its name.
_bpflock_add() {
	local line short name arg what
	for line in ${(f)"$($1 --help 2>/dev/null)"}; do
		[[ $line =~ '^ {2,6}((-.), )?--([a-z][a-z-]*)(\[?=[^ ]*)? *(.*)$' ]] || continue
		short=$match[2] name=$2$match[3] arg=$match[4]
		what="[${${match[5]//\[/(}//\]/)}]"
		if [[ $arg == '='* ]]; then
			case $match[3] in
			profile) what+=':profile:(allow none privileged baseline restrict restricted deny)' ;;
			namespaces) what+=':kind: _bpflock_list pid mnt net user ipc uts cgroup time none' ;;
			allow | block) what+=":operation: _bpflock_operations $1" ;;
			unit) what+=':unit: _bpflock_units' ;;
			modules) what+=':module: _bpflock_modules' ;;
			cgroup) what+=':cgroup:_files -/' ;;
			path) what+=':folder:_files -/' ;;
			modules-file) what+=':file:_files' ;;
			*) what+=':value:' ;;
			esac
			specs+=("*--$name=$what")
			[[ -z $short || -n $2 ]] || specs+=("*$short+$what")
		else
			specs+=("--$name$what")
			[[ -z $short || -n $2 ]] || specs+=("$short$what")
		fi
	done
}
_bpflock() {
	local -a specs
	local program
	_bpflock_add $words[1] ''
	if [[ $service == bpflock ]]; then
		for program in @PROGRAMS@; do # --PROGRAM-OPTION is the program's own
			[[ $PREFIX != --$program-* && --$program != $PREFIX* ]] || _bpflock_add $program $program-
		done
	fi
	_arguments -S : $specs
}
_bpflock "$@"

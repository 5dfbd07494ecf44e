# SPDX-License-Identifier: GPL-2.0-only
# fish completion for bpflock and its programs

# As completion.bash: the options come from --help, the operations from --list of the running kernel. What is completed in a
# list is its last item, with those before it.
function __bpflock_list
    set -l before (commandline -ct | string replace -r '^--[a-z-]+=' '' | string match -r '^(.*,)?-?' | head -n 1)
    for item in $argv
        echo $before$item
    end
end
function __bpflock_operations # PROGRAM
    __bpflock_list all ($argv[1] --list 2>/dev/null | awk 'NR > 1 { print $1; print $3; if ($2 != "-") print $2 }' | sort -u)
end
function __bpflock_units
    systemctl list-units --all --plain --no-legend --type=service,scope,slice 2>/dev/null | awk '{ print $1 }'
end

function __bpflock_add # COMMAND PROGRAM PREFIX: the options of PROGRAM for COMMAND, each with PREFIX before its name
    for line in ($argv[2] --help 2>/dev/null)
        set -l found (string match -r '^ {2,6}((?:-., )?)--([a-z][a-z-]*)((?:\[?=[^ ]*)?) *(.*)$' -- $line)
        or continue
        set -l option -c $argv[1] -l $argv[3]$found[3] -d "$found[5]"
        test -n "$found[2]" -a -z "$argv[3]" && set -a option -s (string sub -s 2 -l 1 -- $found[2])
        if not string match -q '=*' -- $found[4] # none, or one that can be left out
            complete $option
            continue
        end
        switch $found[3]
            case profile
                complete $option -x -a 'allow none privileged baseline restrict restricted deny'
            case namespaces
                complete $option -x -a '(__bpflock_list pid mnt net user ipc uts cgroup time none)'
            case allow block
                complete $option -x -a "(__bpflock_operations $argv[2])"
            case unit
                complete $option -x -a '(__bpflock_units)'
            case modules
                complete $option -x -a '(__bpflock_list (cut -d " " -f 1 /proc/modules))'
            case cgroup path
                complete $option -x -a '(__fish_complete_directories (commandline -ct | string replace -r "^--[a-z-]+=" ""))'
            case modules-file
                complete $option -r -F
            case '*'
                complete $option -x
        end
    end
end

for __bpflock_program in bpflock @PROGRAMS@
    complete -c $__bpflock_program -f
    __bpflock_add $__bpflock_program $__bpflock_program ''
end
for __bpflock_program in @PROGRAMS@ # --PROGRAM-OPTION is the program's own
    __bpflock_add bpflock $__bpflock_program $__bpflock_program-
end

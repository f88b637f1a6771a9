# Completion of liberations-agent, as its listener is started by hand, for bash.
_liberations_agent() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}

	COMPREPLY=()
	case $prev in
	--config | --agent-socket | --verify-socket) mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
	--idle) ;;
	*) mapfile -t COMPREPLY < <(compgen -W '--listen --config --agent-socket --verify-socket --idle --help' -- "$cur") ;;
	esac
}
complete -F _liberations_agent liberations-agent

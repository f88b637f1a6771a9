# Completion of liberations-portal(8) for bash.
_liberations_portal() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}

	COMPREPLY=()
	case $prev in
	--config) mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
	--readers) mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
	*) mapfile -t COMPREPLY < <(compgen -W '--check --config --readers --help --version' -- "$cur") ;;
	esac
}
complete -F _liberations_portal liberations-portal

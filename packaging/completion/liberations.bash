# Completion of liberations(8) for bash. It runs no command and does not list accounts, which only root can read.
_liberations() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
	local verb=${COMP_WORDS[1]} options='--json --config --help'
	local verbs='init enroll invite list show verify passwd expire history check-password token reset-token
		recovery-codes unlock disable enable sign-out sessions remove contact uid notify status try'

	COMPREPLY=()
	if [ "$COMP_CWORD" -eq 1 ]; then
		mapfile -t COMPREPLY < <(compgen -W "$verbs help --version" -- "$cur")
		return
	fi
	case $prev in
	--csv)
		if [ "$verb" = invite ]; then
			mapfile -t COMPREPLY < <(compgen -f -- "$cur")
			return
		fi
		;;
	--config | --socket | --agent)
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		return
		;;
	--confdir)
		mapfile -t COMPREPLY < <(compgen -d -- "$cur")
		return
		;;
	--life | --expiring)
		mapfile -t COMPREPLY < <(compgen -W '12h 1d 3d 7d 14d 21d' -- "$cur")
		return
		;;
	--sort)
		mapfile -t COMPREPLY < <(compgen -W 'user last-sign-in expires' -- "$cur")
		return
		;;
	--portal)
		mapfile -t COMPREPLY < <(compgen -W 'https://' -- "$cur")
		return
		;;
	--owner)
		mapfile -t COMPREPLY < <(compgen -u -- "$cur")
		return
		;;
	esac
	case $verb in
	init) options+=' --owner --issuer --portal' ;;
	enroll) options+=' --contact --system --ascii --inverted' ;;
	invite) options+=' --life --renew --skip-existing --csv --letters --contact --system' ;;
	list) options+=' --expiring --never-signed-in --sort --csv' ;;
	passwd | status) options+=' --socket --agent' ;;
	history) options+=' --forget --yes' ;;
	token) options+=' --replace --ascii --socket --agent' ;;
	reset-token) options+=' --yes' ;;
	unlock) options+=' --all --clock --rebuild' ;;
	sign-out) options+=' --all' ;;
	remove) options+=' --yes' ;;
	contact) options+=' --none' ;;
	uid) options+=' --all' ;;
	notify) options+=' --dry-run' ;;
	try) options='--json --confdir --help' ;;
	esac
	if [[ $cur == -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$options" -- "$cur")
	elif [ "$verb" = try ] && [ "$COMP_CWORD" -eq 2 ]; then
		mapfile -t COMPREPLY < <(cd /etc/pam.d 2>/dev/null && compgen -f -- "$cur")
	elif [ "$verb" = help ]; then
		mapfile -t COMPREPLY < <(compgen -W "$verbs" -- "$cur")
	elif [[ $verb != init && $verb != list && $verb != notify ]]; then
		mapfile -t COMPREPLY < <(compgen -u -- "$cur")
	fi
}
complete -F _liberations liberations

# Completion of liberations(8) for bash: the command itself says what may come next. The line goes to its standard input, so
# that nothing typed by mistake is among its arguments.
_liberations() {
	local line=${COMP_LINE:0:COMP_POINT} word before current joined answer i
	local -a words=()

	# bash also ends a word at = and @; here only a blank does.
	for ((i = 0; i <= COMP_CWORD; i++)); do
		word=${COMP_WORDS[i]}
		before=${line%%[![:blank:]]*}
		line=${line#"$before"}
		[ "$i" -lt "$COMP_CWORD" ] || word=$line
		line=${line#"$word"}
		if [ -n "$before" ] || [ "$i" -eq 0 ]; then
			words+=("$word")
		else
			words[-1]+=$word
		fi
	done
	current=${words[-1]}
	[[ $word != [=@:] ]] || word= # readline replaces nothing of it
	joined=${current%"$word"}
	COMPREPLY=()
	while IFS= read -r answer; do
		case $answer in
		:files | :directories)
			compopt -o filenames 2>/dev/null
			[ "$answer" = :files ] && answer=-f || answer=-d
			mapfile -t COMPREPLY < <(compgen "$answer" -- "$word")
			;;
		:users)
			mapfile -t COMPREPLY < <(compgen -u -- "$current")
			COMPREPLY=("${COMPREPLY[@]#"$joined"}")
			;;
		*)
			answer=${answer%%$'\t'*}
			COMPREPLY+=("${answer#"$joined"}")
			;;
		esac
	done < <(
		PATH=$PATH:/usr/local/sbin:/usr/sbin
		printf '%s\0' "${words[@]:1}" | command liberations complete 2>/dev/null
	)
}
complete -F _liberations liberations

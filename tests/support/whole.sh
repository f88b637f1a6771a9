# shellcheck shell=sh
# Sourced by a suite in shell whose checks build on one another, with its arguments: for the selection of
# tests/support/harness.py such a suite is one case.
only_case=whole
for word in "$@"; do
	if [ "$word" = --list ]; then
		echo "$only_case"
		exit 0
	fi
	# shellcheck disable=SC2254 # a pattern
	case $only_case in
	$word) ;;
	*)
		echo "$word: no case has this name; --list prints the names" >&2
		exit 2
		;;
	esac
done

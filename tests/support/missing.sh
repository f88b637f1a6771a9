# shellcheck shell=bash disable=SC2154 # the arrays are those of tests/run, which sources this
# What a machine lacks, by the names of Debian packages. Nothing here installs them.

# The package without which a suite cannot start, or nothing.
package_of() { # suite
	local line='' words need
	for need in ${LBR_NEEDS:-}; do
		command -v "$need" >/dev/null || { echo "$need" && return; }
	done
	if [[ " ${unbuilt[*]} " = *" $1 "* ]]; then
		echo check
		return
	fi
	LC_ALL=C read -r -n 80 line <"$1" 2>/dev/null || true
	[[ $line = '#!'* ]] || return 0
	read -r -a words <<<"${line#'#!'}"
	[ "${words[0]}" != /usr/bin/env ] || words=("${words[@]:1}")
	command -v "${words[0]}" >/dev/null || echo "${words[0]##*/}"
}

# Remembers what a log says is missing: "skipped: what: a and b are not installed".
note_wants() { # room, log
	local package
	while read -r package; do
		wants+=("skipped: $1 needs the package $package")
	done < <(sed -nE 's/^ *skipped.*: (.*) (is|are) not installed$/\1/p' "$2" | sed 's/ and /\n/g')
}

tell_wants() {
	[ ${#wants[@]} = 0 ] || printf '%s\n' "${wants[@]}" | awk '!told[$0]++'
}

# shellcheck shell=bash
# For the suites of this room: counts what is checked, and has a scratch directory that goes away.
scratch=$(mktemp -d "${TMPDIR:-/tmp}/liberations-make.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
chmod 0755 "$scratch"
passed=0 failed=0

check() { # what it proves, command ...
	local what=$1
	shift
	if "$@" >"$scratch/said" 2>&1; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAILED: $what"
		sed 's/^/    /' "$scratch/said"
	fi
}

equal() { # wanted, got
	[ "$1" = "$2" ] || { printf 'wanted: %s\ngot:    %s\n' "$1" "$2"; return 1; }
}

# Succeeds if the command fails and says exactly that.
refuses() { # what it says, command ...
	local wanted=$1 got
	shift
	if got=$("$@" 2>&1); then
		echo "not refused: $got"
		return 1
	fi
	got=$(grep -v '^make' <<<"$got")
	equal "$wanted" "$got"
}

end() {
	echo "$passed passed, $failed failed"
	[ $failed = 0 ]
	exit
}

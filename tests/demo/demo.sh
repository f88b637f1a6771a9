#!/bin/bash
# `make demo`: an account from enrollment to an expired password, through the real libpam, in a directory that goes away.
#
# At a terminal it waits for the codes of your phone; with AUTO=1, or without a terminal, it computes them as a phone would.
# What is typed is shown, which no real service does.
set -eu

build=${LBR_BUILD:?run this with make demo}
liberations=$build/liberations
world=$build/tests/lbr-world
user=demo
owner=64201 # nobody's uid: as root, the accounts must belong to somebody else
own_password='Une phrase qui va bien.'
new_password='Another sentence, half a year on.'
export LC_ALL=C.UTF-8
unset LANG LANGUAGE NO_COLOR

if ! command -v oathtool >/dev/null; then
	echo "The demo needs oathtool, which is not installed: run 'sudo make deps'." >&2
	exit 1
fi

dir=$(mktemp -d "${TMPDIR:-/tmp}/liberations-demo.XXXXXX")
trap 'rm -rf "$dir"' EXIT
trap 'exit 130' HUP INT TERM
chmod 0755 "$dir"

person=no
if [ "${AUTO:-}" != 1 ] && [ -t 0 ] && [ -t 1 ]; then
	person=yes
fi
bold='' plain='' ink='' typed_ink=''
if [ -t 1 ]; then
	bold=$'\e[1m' plain=$'\e[0m' ink=$'\e[97;40m' typed_ink=$'\e[36m'
fi

title() {
	printf '\n%s%s%s\n' "$bold" "$*" "$plain"
}

# --- the phone -------------------------------------------------------------------------------------------------------

key='' last=0

code_of() { # step
	oathtool --totp --base32 --now="@$(($1 * 30))" "$key"
}

# The code of the earliest step that is still to be used: phones run up to 30 seconds late or early. Leaves it in `code`.
compute_code() {
	local time now second
	while time=$(date +%s) now=$((time / 30)) second=$((time % 30)) && [ $((last + 1)) -gt $((now + 1)) ]; do
		printf '  (the next code is due in %d s)\n' $((30 - second))
		sleep $((30 - second))
	done
	now=$((now - (second < 20)))
	last=$((last + 1 > now ? last + 1 : now))
	code=$(code_of $last)
}

# Asks the person, who may leave it to us. Leaves the answer in `code`.
ask_code() { # question
	local step now
	code=''
	if [ $person = yes ]; then
		read -r -p "$bold$1 (Enter alone: let the demo compute it) $plain" code
		code=${code//[^0-9]/}
	fi
	if [ -z "$code" ]; then
		compute_code
		return
	fi
	now=$(($(date +%s) / 30))
	for step in $((now - 2)) $((now - 1)) $now $((now + 1)); do
		[ "$(code_of "$step")" != "$code" ] || last=$step
	done
}

# --- showing ---------------------------------------------------------------------------------------------------------

# Copies a dialogue to the screen, each prompt with what is typed behind it.
show() { # answers ...
	local line
	while IFS= read -r line; do
		case $line in
		*:\ )
			printf '  %s%s%s%s\n' "$line" "$typed_ink" "${1:-}" "$plain"
			shift $(($# > 0))
			;;
		*) printf '  %s\n' "$line" ;;
		esac
	done
}

# One sign-in through the service "demo", answered by the arguments. The dialogue stays in $dir/said.
sign_in() { # answers ...
	local status=0
	printf '%s\n' "$@" | "$liberations" try demo $user --confdir "$dir/pam.d" >"$dir/said" || status=$?
	show "$@" <"$dir/said"
	return $status
}

must_be_refused() { # answers ...
	if sign_in "$@"; then
		echo "demo: this had to be refused" >&2
		exit 1
	fi
}

# --- the five steps --------------------------------------------------------------------------------------------------

make_store() {
	title "1. A store of its own, in $dir"
	"$liberations" init --config "$dir/liberations.conf" ${1:+--owner "$1"} >"$dir/said"
	sed -n 's/^created: */  created /p' "$dir/said"
	local arguments="agent=$build/liberations-agent config=$dir/liberations.conf socket=$dir/none language=en"
	mkdir "$dir/pam.d"
	printf '%s required %s\n' auth "$build/pam_liberations.so $arguments" account "$build/pam_liberations.so $arguments" \
		password "$build/pam_liberations.so $arguments" >"$dir/pam.d/demo"
}

# What `enroll` prints up to its question; remembers key and temporary password.
show_enrollment() {
	local line count=0
	while IFS= read -r line; do
		case $line in
		"Temporary password: "*) temporary=${line##* } ;;
		"Key: "*) key=${line#Key:} && key=${key// /} ;;
		esac
		if [[ $line =~ ^[█▀▄\ ]+$ ]]; then
			count=$((count + 1))
			printf '  %s%s%s\n' "$ink" "$line" "$plain"
			# The margin below the code is two lines of ink.
			[ $count -lt 10 ] || [ "$line" != "${line//[▀▄ ]/}" ] || [ "$previous" != "$line" ] || return 0
			previous=$line
		else
			printf '  %s\n' "$line"
		fi
	done
}

enroll() {
	local from to line previous='' tries=0 pid
	title "2. liberations enroll $user"
	coproc "$liberations" enroll $user --config "$dir/liberations.conf" 2>&1
	# Copies, since bash closes its own when the program ends.
	exec {from}<&"${COPROC[0]}" {to}>&"${COPROC[1]}"
	pid=$COPROC_PID
	show_enrollment <&"$from"
	while [ $tries -lt 3 ]; do
		tries=$((tries + 1))
		ask_code "Scan it with your authenticator app. The code it shows:"
		echo "$code" >&"$to"
		IFS= read -r line <&"$from"
		printf '  %s%s%s%s\n' "$line" "$typed_ink" "$code" "$plain"
		IFS= read -r line <&"$from"
		printf '  %s\n' "$line"
		[[ $line == No* ]] || break
		IFS= read -r line <&"$from" && printf '  %s\n' "$line"
	done
	sed 's/^/  /' <&"$from"
	exec {from}<&- {to}>&-
	wait "$pid"
}

sign_in_first() {
	local tries=0
	title "3. The first sign-in through PAM: temporary password and code, then a new password"
	while [ $tries -lt 3 ]; do
		tries=$((tries + 1))
		ask_code "A code works once: wait for the next one. The code:"
		! sign_in "$temporary" "$code" "$own_password" "$own_password" '' || return 0
		[ $person = yes ] || break
	done
	exit 1
}

show_refusals() {
	title "4. The same code a second time, with the right password"
	must_be_refused "$own_password" "$code"
	title "   A wrong password"
	compute_code
	must_be_refused 'not that sentence at all' "$code"
	cp "$dir/said" "$dir/wrong-password"
	title "   The right password, a wrong code"
	last=$((last - 1)) # nobody signed in with it
	must_be_refused "$own_password" "$(code_of $((last + 1000)))"
	cmp "$dir/wrong-password" "$dir/said"
	printf '  %sThe two answers are identical, byte for byte.%s\n' "$bold" "$plain"
}

expire() {
	title "5. Half a year later: the password has expired, and is changed in the same dialogue; no second code is asked"
	"$world" "$dir/liberations.conf" set $user state=expired >/dev/null
	compute_code
	sign_in "$own_password" "$code" "$new_password" "$new_password"
}

if [ "$(id -u)" = 0 ]; then
	make_store $owner
else
	make_store ''
fi
enroll
sign_in_first
show_refusals
expire

title "That's all; nothing is left behind. Next:"
echo "  sudo make deps-test check                            run every test"
echo "  sudo make install && sudo liberations init           put it on this machine (it changes no service yet)"
echo "  less README.md                                       five minutes to a protected sshd, and the way out"

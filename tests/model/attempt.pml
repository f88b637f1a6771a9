/* Judged at the commit: can a code be accepted twice, a guess be judged on a stale count, or a power cut take back what was told?
 * Several agents try one account at once; a desk disables it or changes its password; any of them is killed or
 * stopped at any point; the power fails at any point. `make model` looks at every order in which that can happen.
 *
 * Each party is a record with a step that it takes next, and each of the guarded lines below is one step:
 *
 *     model              lib/flow/attempt.c, lib/store
 *     begin              load: the account and the counters as they are, no lock
 *     (the gap)          hash, match: changes nothing that others see, so any other step may come in between
 *     judge, decide()    commit: the edit, called with what is stored at that moment; lbr_decide()
 *     landed()           the point from which the commit holds: after fdatasync, or when the database has committed
 *     tell               the reply leaves the agent
 *
 * file.pml: lock, read, write, sync, take back, unlock of lib/store/file. sql.pml (-DSQL): load, UPDATE ... WHERE version.
 *
 * Typed is a right code for step 1 or 2, or a guess; a code is a used one once its step was accepted. LIMIT failures throttle.
 * Time is left out: a wait that ends only lets more guesses through one after the other.
 *
 * What is asserted:
 *   P1  each step gets at most one yes, ever (tell)
 *   P2  what is told, yes or no, is on the disk (tell), and still there after a power cut (check_boot)
 *   P3  the k-th guess is judged with k-1 or more failures counted, and none by its evidence after LIMIT (landed)
 *   P4  no yes once a disable or a change was committed (landed)
 *   P5  after a crash the account is the old or the new one, never neither, and not older than what the desk was told (check_boot)
 *   P6  an attempt is counted at most once (landed)
 *   P7  nobody waits for ever (invalid end states)
 *
 * FAULT_... plants a fault that one of these must find; tests/model/model.py says which. To see how it comes about:
 *   spin -a -DFAULT_LOADED_ROW attempt.pml && cc -w -DSAFETY -o pan pan.c && ./pan -m1000000 -i && spin -t -p -g attempt.pml
 * Agents may change places without any difference, so their records are kept in order (sort): fewer states. UNSORTED does not. */

#ifndef AGENTS
#define AGENTS 2
#endif
#ifndef TRIES           /* attempts that begin, all agents together */
#define TRIES 3
#endif
#ifndef EDITS           /* what the desk does */
#define EDITS 1
#endif
#ifndef CUTS            /* power cuts */
#define CUTS 1
#endif
#ifndef ERRORS          /* syncs that fail, or answers that are late */
#define ERRORS 1
#endif
#ifndef LIMIT
#define LIMIT 2
#endif

#define GUESS 0         /* typed: otherwise the step whose code was typed */
#define CHANGE 1        /* what the desk does: a new password, with new counters */
#define DISABLE 2

#define DESK AGENTS     /* its place among the parties */
#define ORPHAN (AGENTS + 1) /* a statement whose sender no longer waits */

mtype = {
	/* next step; the records of those who do nothing are zero */
	repair, repair_sync, judge, write, sync, take_back, leave, make_temp, sync_temp, rename, sync_directory,
	begun, wait_row, answered, ask, tell,
	/* verdict */
	yes, no, used, wait, done
};
#define idle 0
#define TORN 3          /* the generation of an account that is neither the old nor the new one */

typedef party {
	mtype pc;
	byte typed;
	byte gen;           /* generation of the account that the evidence belongs to */
	mtype verdict;
	byte last;          /* the counters to be stored: last accepted step, failures */
	byte fails;
	byte seq;           /* the number of this commit */
	bit slot;           /* where it is written */
	bit holds;          /* the lock */
	byte losses;        /* swaps that somebody else won */
	bit counted;        /* P6 */
};

typedef stored_account {
	byte gen;
	bit disabled;
};

party a[AGENTS + 2];
byte tries = TRIES, edits = EDITS, cuts = CUTS, errors = ERRORS;

/* What outsiders have been told; no agent reads any of it. */
byte yes_told;              /* bit i: step i */
byte last_told;             /* highest step that is spent, as somebody was told */
byte seq_told;
byte gen_told;
byte guesses;               /* answered by their evidence since a sign-in last cleared the count */
byte t;                     /* for an exchange; 0 between steps */

#define me a[own]   /* in run_party */

inline forget(who)
{
	who.pc = idle; who.typed = 0; who.gen = 0; who.verdict = 0; who.last = 0; who.fails = 0; who.seq = 0; who.slot = 0;
	who.holds = 0; who.losses = 0; who.counted = 0
}

inline forget_all()
{
	forget(a[0]); forget(a[1]); forget(a[2]);
#if AGENTS > 2
	forget(a[3]);
#endif
	t = 0
}

inline swap(x, y)
{
	t = x; x = y; y = t
}

#define KEY(p) (((((((((p.pc * 3 + p.typed) * 4 + p.gen) * 32 + p.verdict) * 3 + p.last) * 6 + p.fails) * 16 + p.seq) * 2 + \
                 p.slot) * 2 + p.holds) * 3 + p.losses)

inline sort_two(x, y)
{
	if
	:: KEY(x) > KEY(y) ->
		swap(x.pc, y.pc); swap(x.typed, y.typed); swap(x.gen, y.gen); swap(x.verdict, y.verdict); swap(x.last, y.last);
		swap(x.fails, y.fails); swap(x.seq, y.seq); swap(x.slot, y.slot); swap(x.holds, y.holds);
		swap(x.losses, y.losses); swap(x.counted, y.counted)
	:: else
	fi
}

inline sort()
{
#ifndef UNSORTED
	sort_two(a[0], a[1]);
#if AGENTS > 2
	sort_two(a[1], a[2]);
	sort_two(a[0], a[1]);
#endif
#endif
	t = 0
}

#ifdef FAULT_SAME_STEP
#define IS_FRESH(step, last_step) (step > 0 && step >= last_step)
#else
#define IS_FRESH(step, last_step) (step > last_step)
#endif
#ifdef FAULT_NO_LIMIT
#define IS_THROTTLED(failures) false
#else
#define IS_THROTTLED(failures) (failures >= LIMIT)
#endif

/* lbr_decide(), for a service that asks both parts. A guess, and whatever is typed for a disabled account, counts. */
inline decide(who, stored_fails, stored_last, is_disabled)
{
	who.fails = stored_fails;
	who.last = stored_last;
	if
	:: IS_THROTTLED(stored_fails) && IS_FRESH(who.typed, stored_last) -> who.last = who.typed; who.verdict = wait
	:: IS_THROTTLED(stored_fails) && !IS_FRESH(who.typed, stored_last) -> who.verdict = used /* whatever was typed */
	:: !IS_THROTTLED(stored_fails) && (who.typed == GUESS || is_disabled) -> who.fails = stored_fails + 1; who.verdict = no
	:: !IS_THROTTLED(stored_fails) && who.typed != GUESS && !is_disabled ->
		if
		:: IS_FRESH(who.typed, stored_last) -> who.last = who.typed; who.fails = 0; who.verdict = yes
		:: else -> who.verdict = used
		fi
	fi
}

/* A sign-in clears the failures as soon as others can read it, even if nobody is ever told. */
inline clears(who)
{
	if
	:: who.verdict == yes -> guesses = 0
	:: else
	fi
}

inline landed(who, now)
{
	assert(!who.counted);                                              /* P6 */
	who.counted = 1;
	if
	:: who.verdict == yes ->
		assert(who.gen == now.gen && !now.disabled)                /* P4 */
	:: who.verdict == no && who.typed == GUESS ->
		assert(who.fails > guesses && guesses < LIMIT);            /* P3 */
		guesses++
	:: else
	fi
}

inline say(who, durable_seq)
{
	assert(durable_seq >= who.seq);                                    /* P2 */
	t = 0;
#ifdef NEVER_TOLD
	assert(who.verdict != NEVER_TOLD);
#endif
	seq_told = (who.seq > seq_told -> who.seq : seq_told);
	if
	:: who.verdict == yes ->
		assert(!(yes_told & (1 << who.typed)));                    /* P1 */
		yes_told = yes_told | (1 << who.typed);
		last_told = (who.typed > last_told -> who.typed : last_told)
	:: who.verdict == wait ->
		last_told = (who.typed > last_told -> who.typed : last_told)
	:: who.verdict == done ->
		gen_told = (who.gen > gen_told -> who.gen : gen_told)
	:: else
	fi;
	forget(who)
}

inline check_boot(counters_now, seq_now, account_now)
{
	assert(seq_now > 0 && seq_now >= seq_told);                        /* P2 */
	assert(counters_now.last >= last_told);                            /* P2 */
	assert(counters_now.fails >= guesses);                             /* P3 */
	assert(account_now.gen != TORN && account_now.gen >= gen_told)     /* P5 */
}

inline type(who)
{
	tries--;
	if
	:: who.typed = GUESS
	:: who.typed = 1
	:: who.typed = 2
	fi
}

inline choose_edit(who)
{
	edits--;
	if
	:: who.typed = CHANGE
	:: who.typed = DISABLE
	fi
}

#if AGENTS > 2
#define ALL_IDLE (a[0].pc + a[1].pc + a[2].pc + a[3].pc == idle)
#else
#define ALL_IDLE (a[0].pc + a[1].pc + a[2].pc == idle)
#endif
#define OVER (tries == 0 && edits == 0 && ALL_IDLE)

#ifdef SQL
#include "sql.pml"
#else
#include "file.pml"
#endif

init {
	atomic {
		set_up();
		run run_party(0); run run_party(1); run run_party(2);
#if AGENTS > 2
		run run_party(3)
#endif
	}
	do
	:: atomic { cuts > 0 -> cut_power(); t = 0 }
#ifdef SQL
	:: atomic { a[ORPHAN].pc == begun && !locked -> carry_out_orphan() }
#endif
	:: OVER -> break
	od
}

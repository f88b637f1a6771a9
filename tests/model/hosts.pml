/* Many hosts, one database that fails over: can a code be accepted twice, or what was told be lost? `make model` looks at every
 * order of the steps of three hosts, of the servers and of root within its bounds.
 *
 *     model               lib/store/remote, broker/, packaging/store/lbr_v1.sql
 *     load                row, floor and epoch as they are. Here it asks neither for the line nor for the epoch, as if a host might
 *                         read from a server that nobody has adopted: the commit alone must see to it
 *     (the gap)           hash, match
 *     send                UPDATE ... WHERE version, epoch and line are those that were loaded; changed: judged anew, twice at most
 *     waits               for the standby (SYNC); its end without one is UNKNOWN: no, and never sent again
 *     hear                the witness: what this host was told of, by its own number
 *     tell                the reply leaves the host
 *     follow              the standby is as its primary; fail_over: it becomes one, on another line, with what it has
 *     adopt               the line is this one's from now on: epoch and floor are raised
 *     put_back            (RESTORE) the primary's files of a while ago. The line is another one, since the server was started
 *                         (STARTED), or it is the same: a machine with its memory. accept_loss: `store adopt`, by root
 *
 * Time goes in steps. A code is good from the step before its own to the one after. The floor counts with a clock that is a step
 * behind. Without SYNC commits are told before the standby has them, and a failover loses them; the old primary is then gone, since
 * two that both say yes without a standby are nothing that hosts can tell apart.
 *
 * What is asserted:
 *   P1  each code gets at most one yes, at all hosts together (tell); with RESTORE alone at each host, for a server that is put back
 *       with its memory while a code is still good tells the others nothing. There EVERY_HOST asks for more, and is not met: see
 *       tests/model/RESULTS
 *   P2  with SYNC what was told is there after a failover (fail_over)
 *   P6  an attempt is counted at most once (send)
 *   P7  nobody waits for ever (invalid end states)
 *
 * FAULT_... plants a fault that one of these must find; tests/model/model.py says which. */

#ifndef TRIES           /* attempts that begin, all hosts together */
#define TRIES 3
#endif
#ifndef ERRORS          /* answers that are lost */
#define ERRORS 1
#endif
#ifndef FAILOVERS
#define FAILOVERS 1
#endif
#ifndef LOSSES          /* that root accepts */
#define LOSSES 1
#endif

#ifndef TOLD_AT         /* NEVER_TOLD: by which server */
#define TOLD_AT 0
#endif

#define HOSTS 3
#define WINDOW 1
#define EARLY 2         /* the two codes: good until step 3, and from step 4 on, which is after every floor but the last */
#define LATE 5
#define LAST_STEP 4

/* Numbers that nobody asks for would tell states apart that are alike. */
#if defined(SYNC) && !defined(RESTORE)
#define RISE(number)
#else
#define RISE(number) number++
#endif

mtype = { loaded, waits, yes, used };
#define idle 0

typedef server {
	bit up;
	bit primary;
	byte timeline;
	byte line;              /* that was adopted */
	byte start;             /* with STARTED: 1 once its files were put back */
	byte version;
	byte last;
	byte floor;
	byte epoch;
	byte seq[HOSTS];        /* the number of each host's last commit */
};

typedef host {
	mtype pc;
	bit at;                 /* which server */
	byte typed;
	byte version;           /* as loaded; after the commit: the one that it made */
	byte epoch;
	mtype verdict;
	byte losses;
	bit counted;
	byte acked;             /* the witness */
	byte told;              /* with RESTORE: the codes that this one said yes to */
	byte timeline;          /* the highest that it has seen */
};

server s[2], kept, nothing;
host h[HOSTS];
byte restores = 1, tries = TRIES, errors = ERRORS, failovers = FAILOVERS, losses = LOSSES, now = 1;
bit is_kept;
byte yes_told;              /* bit 0: EARLY, bit 1: LATE */
byte last_told;
byte t;                     /* for an exchange; 0 between steps */

#define me h[own]
#define there s[me.at]

inline forget()
{
	me.pc = idle; me.at = 0; me.typed = 0; me.version = 0; me.epoch = 0; me.verdict = 0; me.losses = 0; me.counted = 0
}

inline copy(to, from)
{
	to.version = from.version; to.last = from.last; to.floor = from.floor; to.epoch = from.epoch; to.line = from.line;
	to.seq[0] = from.seq[0]; to.seq[1] = from.seq[1]; to.seq[2] = from.seq[2]
}

/* lbr_decide() on what is there: a code at or below the floor is one that was used. */
inline decide()
{
	me.epoch = there.epoch;
	me.version = there.version;
#ifndef FAULT_LOADED_ROW
	me.verdict = (me.typed > there.last && me.typed > there.floor -> yes : used);
#else
	me.verdict = (me.losses > 0 -> me.verdict : (me.typed > there.last && me.typed > there.floor -> yes : used));
#endif
}

#if defined(FAULT_NO_WITNESS)
#define WITNESS_HOLDS(one) true
#else
#define WITNESS_HOLDS(one) (one.seq[own] >= me.acked)
#endif
#ifdef FAULT_OLD_PRIMARY
#define IS_NEW_ENOUGH(one) true
#else
#define IS_NEW_ENOUGH(one) (one.timeline >= me.timeline)
#endif
#define MAY_ASK(one) (one.up && one.primary && IS_NEW_ENOUGH(one) && WITNESS_HOLDS(one))

#define LINE(one) (one.timeline + one.start)
#ifdef FAULT_IGNORE_EPOCH
#define SAME_EPOCH true
#else
#define SAME_EPOCH (there.epoch == me.epoch)
#endif
#ifdef FAULT_IGNORE_LINE
#define SAME_LINE true
#else
#define SAME_LINE (there.line == LINE(there))
#endif
#ifdef FAULT_SKIP_VERSION
#define SAME_VERSION true
#else
#define SAME_VERSION (there.version == me.version)
#endif

inline load()
{
	tries--;
	me.timeline = there.timeline;
	decide();
	me.pc = loaded
}

#define CAN_SEND (there.up && WITNESS_HOLDS(there) && SAME_LINE)

inline send()
{
	if
	:: !there.up -> forget()                                       /* UNREACHABLE */
	:: there.up && !WITNESS_HOLDS(there) -> forget()               /* it was greeted anew: LB002 */
	:: there.up && WITNESS_HOLDS(there) && !SAME_LINE -> forget()  /* LB001 */
	:: CAN_SEND && SAME_VERSION && SAME_EPOCH ->
		assert(!me.counted);                                   /* P6 */
		me.counted = 1;
		there.version++;
		there.last = (me.verdict == yes && me.typed > there.last -> me.typed : there.last);
		RISE(there.seq[own]);
		me.version = there.version;
		me.pc = waits
	:: CAN_SEND && !(SAME_VERSION && SAME_EPOCH) && me.losses < 2 -> me.losses++; decide()
	:: CAN_SEND && !(SAME_VERSION && SAME_EPOCH) && me.losses >= 2 -> forget() /* BUSY */
	fi
}

#ifdef SYNC
#define IS_CONFIRMED (me.at == 1 || (!s[1].primary && s[1].version >= me.version))
#else
#define IS_CONFIRMED true
#endif
#define IS_CUT_OFF (me.at == 0 && s[1].primary)

#if defined(RESTORE) && !defined(STARTED) && !defined(EVERY_HOST)
#define YES_TOLD me.told
#else
#define YES_TOLD yes_told
#endif
#define BIT(code) (code == EARLY -> 1 : 2)

inline tell()
{
#ifdef NEVER_TOLD
	assert(me.verdict != NEVER_TOLD || me.at != TOLD_AT);
#endif
	if
	:: me.verdict == yes ->
		assert(!(YES_TOLD & BIT(me.typed)));                   /* P1 */
		YES_TOLD = YES_TOLD | BIT(me.typed);
		last_told = (me.typed > last_told -> me.typed : last_told)
	:: else
	fi;
	forget()
}

inline hear_nothing()
{
#if defined(FAULT_RETRY_UNKNOWN)
	if
	:: MAY_ASK(s[0]) -> me.at = 0; decide(); me.pc = loaded
	:: MAY_ASK(s[1]) -> me.at = 1; decide(); me.pc = loaded
	:: else -> forget()
	fi
#elif defined(FAULT_BELIEVE_UNKNOWN)
	tell()
#else
	forget()
#endif
}

#define OVER (tries == 0 && h[0].pc == idle && h[1].pc == idle && h[2].pc == idle)

inline swap(x, y)
{
	t = x; x = y; y = t
}

#define KEY(x) ((((((((x.pc * 2 + x.at) * 6 + x.typed) * 16 + x.version) * 4 + x.epoch) * 8 + x.verdict) * 4 + x.losses) * 8 + \
                 x.acked) * 4 + x.timeline)

/* Hosts may change places without any difference. */
inline sort_two(i, j)
{
	if
	:: KEY(h[i]) > KEY(h[j]) ->
		swap(h[i].pc, h[j].pc); swap(h[i].at, h[j].at); swap(h[i].typed, h[j].typed); swap(h[i].version, h[j].version);
		swap(h[i].epoch, h[j].epoch); swap(h[i].verdict, h[j].verdict); swap(h[i].losses, h[j].losses);
		swap(h[i].counted, h[j].counted); swap(h[i].acked, h[j].acked); swap(h[i].told, h[j].told);
		swap(h[i].timeline, h[j].timeline); swap(s[0].seq[i], s[0].seq[j]); swap(s[1].seq[i], s[1].seq[j]);
		swap(kept.seq[i], kept.seq[j])
	:: else
	fi
}

inline sort()
{
	sort_two(0, 1); sort_two(1, 2); sort_two(0, 1);
	t = 0
}

proctype run_host(byte own)
{
	do
	:: atomic {
		if
		:: me.pc == idle && tries > 0 && now < LAST_STEP && MAY_ASK(s[0]) -> me.at = 0; me.typed = EARLY; load()
		:: me.pc == idle && tries > 0 && now < LAST_STEP && MAY_ASK(s[1]) -> me.at = 1; me.typed = EARLY; load()
		:: me.pc == idle && tries > 0 && now == LAST_STEP && MAY_ASK(s[0]) -> me.at = 0; me.typed = LATE; load()
		:: me.pc == idle && tries > 0 && now == LAST_STEP && MAY_ASK(s[1]) -> me.at = 1; me.typed = LATE; load()
		:: me.pc == idle && tries > 0 && now == LAST_STEP && !MAY_ASK(s[0]) && !MAY_ASK(s[1]) -> tries--
		:: me.pc == loaded -> send()
		:: me.pc == waits && there.up && IS_CONFIRMED -> me.acked = there.seq[own]; tell()
		:: me.pc == waits && (!there.up || IS_CUT_OFF) -> hear_nothing()
		:: me.pc == waits && errors > 0 -> errors--; hear_nothing()
		fi;
		sort() }
	:: OVER -> break
	od
}

/* The clock of the server that is adopted may be a step behind. */
inline raise_floor(one)
{
	one.epoch++;
#if defined(FAULT_NO_FLOOR)
	skip
#elif defined(FAULT_LOW_FLOOR)
	one.floor = (now > one.floor -> now : one.floor)
#else
	one.floor = (now + WINDOW > one.floor -> now + WINDOW : one.floor)
#endif
}

inline die()
{
	s[0].up = 0; s[0].version = 0; s[0].last = 0; s[0].floor = 0; s[0].epoch = 0; s[0].line = 0;
	s[0].seq[0] = 0; s[0].seq[1] = 0; s[0].seq[2] = 0
}

inline fail_over()
{
	failovers--;
#ifdef SYNC
	assert(s[1].last >= last_told);                                /* P2 */
	if
	:: die()
	:: skip                                                        /* cut off: it stays beside the new one */
	fi;
#else
	die();
#endif
	s[1].primary = 1;
	s[1].timeline = 2;
	s[1].up = 1
}

/* Who waits at the server loses the connection. */
inline lose_one(i)
{
	if
	:: h[i].pc == waits ->
		h[i].pc = idle; h[i].at = 0; h[i].typed = 0; h[i].version = 0; h[i].epoch = 0; h[i].verdict = 0; h[i].losses = 0;
		h[i].counted = 0
	:: else
	fi
}

inline put_back()
{
	copy(s[0], kept);
	copy(kept, nothing);
	is_kept = 0;
#ifdef STARTED
	s[0].start = 1;
#endif
	lose_one(0); lose_one(1); lose_one(2)
}

init {
	atomic {
		s[0].up = 1; s[0].primary = 1; s[0].timeline = 1; s[0].line = 1; s[0].version = 1; s[0].epoch = 1;
		copy(s[1], s[0]);
		s[1].timeline = 1;
		run run_host(0); run run_host(1); run run_host(2)
	}
	do
	:: atomic {
		if
		:: !s[1].primary && s[1].version != s[0].version && s[0].up -> copy(s[1], s[0])
		:: failovers > 0 && !s[1].primary && !OVER -> fail_over()
		:: s[1].primary && s[1].line != LINE(s[1]) -> s[1].line = LINE(s[1]); raise_floor(s[1])
#ifdef STARTED
		:: s[0].line != LINE(s[0]) -> s[0].line = LINE(s[0]); raise_floor(s[0])
#endif
		:: now < LAST_STEP && !OVER -> now++
#ifdef RESTORE
		:: !is_kept && restores > 0 && !s[1].primary && s[0].version == 1 -> restores--; copy(kept, s[0]); is_kept = 1
		:: is_kept && !s[1].primary -> put_back()
		:: losses > 0 && restores == 0 && !is_kept && !s[1].primary ->
			losses--;
			s[0].line = LINE(s[0]);
			raise_floor(s[0]);
			h[0].acked = 0; h[1].acked = 0; h[2].acked = 0
#endif
		fi;
		sort() }
	:: OVER -> break
	od
}

/* The SQL store: one row a person, and each write of it raises its version.
 *
 *     model            the store that hosts share
 *     row, row_disk    what statements see; what a crash of the database leaves. They differ only where a commit does not wait.
 *     begin            load: one query
 *     send             UPDATE ... WHERE version = the loaded one; durable before it answers. Changed: the answer bears the row as
 *                      it is, and the attempt is decided anew on it
 *     wait_row         after the second loss: SELECT ... FOR UPDATE, decide, UPDATE, in one short transaction
 *     lose_answer      the statement or its answer is lost, or late, or the agent is killed: UNKNOWN, an error is told, and
 *                      nothing is sent again or asked for. A late statement may still be carried out, when nobody waits for it.
 *
 * A crash of the database, or the end of a connection, rolls back what holds the row. */

typedef stored_row {
	byte version;
	byte last;
	byte fails;
	byte gen;
	bit disabled;
};

stored_row row, row_disk;
bit locked;

#define MAY_WRITE (!locked || me.holds)

inline copy(to, from)
{
	to.version = from.version; to.last = from.last; to.fails = from.fails; to.gen = from.gen; to.disabled = from.disabled
}

inline read_row(who)
{
	who.seq = row.version + 1;
	if
	:: own == DESK ->
		who.last = row.last; who.fails = row.fails; who.gen = row.gen + 1; who.verdict = done
	:: else -> decide(who, row.fails, row.last, row.disabled)
	fi
}

inline let_row_go(who)
{
	if
	:: who.holds -> who.holds = 0; locked = 0
	:: else
	fi
}

inline carry_out(who, by_desk)
{
	clears(who);
	row.version = row.version + 1;
	row.last = who.last;
	row.fails = who.fails;
	if
	:: by_desk -> row.gen = who.gen; row.disabled = row.disabled || who.typed == DISABLE
	:: else -> landed(who, row)
	fi;
#ifndef FAULT_TELL_BEFORE_SYNC
	copy(row_disk, row)
#endif
}

/* Another commit was first, and this is what it left. */
inline lose_swap(who)
{
	if
#ifndef FAULT_SKIP_GENERATION
	:: own != DESK && who.gen != row.gen -> let_row_go(who); forget(who) /* STALE */
#endif
	:: else ->
#ifdef FAULT_LOADED_ROW
		who.seq = row.version + 1;
#else
		read_row(who);
#endif
		who.losses++;
		who.pc = (who.losses == 2 -> wait_row : begun)
	fi
}

/* The sender is gone, and its statement may still arrive. */
inline leave_orphan(who)
{
	a[ORPHAN].pc = begun; a[ORPHAN].typed = who.typed; a[ORPHAN].gen = who.gen; a[ORPHAN].verdict = who.verdict;
	a[ORPHAN].last = who.last; a[ORPHAN].fails = who.fails; a[ORPHAN].seq = who.seq;
	a[ORPHAN].losses = (own == DESK)
}

inline hear_nothing(who)
{
#if defined(FAULT_REPEAT_UNKNOWN)
	who.pc = begun
#elif defined(FAULT_ASK_UNKNOWN)
	who.pc = ask
#elif defined(FAULT_BELIEVE_UNKNOWN)
	who.pc = tell
#else
	forget(who)
#endif
}

proctype run_party(byte own)
{
	do
	:: atomic {
		if
		:: own < AGENTS && me.pc == idle && tries > 0 -> /* begin */
			type(me);
			me.gen = row.gen;
			read_row(me);
			me.pc = begun
		:: own == DESK && me.pc == idle && edits > 0 -> choose_edit(me); read_row(me); me.pc = begun
#ifdef FAULT_SKIP_VERSION
		:: me.pc == begun && MAY_WRITE -> /* send */
#else
		:: me.pc == begun && MAY_WRITE && row.version + 1 == me.seq -> /* send */
#endif
			carry_out(me, own == DESK);
			let_row_go(me);
			me.pc = answered
		:: me.pc == begun && MAY_WRITE && row.version + 1 != me.seq -> lose_swap(me)
		:: me.pc == wait_row && !locked ->
			if
#ifndef FAULT_SKIP_GENERATION
			:: own != DESK && me.gen != row.gen -> forget(me)
#endif
			:: else -> read_row(me); locked = 1; me.holds = 1; me.losses = 0; me.pc = begun
			fi
		:: me.pc == answered -> me.pc = tell
		:: me.pc == tell -> t = row_disk.version; say(me, t)

		/* lose_answer */
		:: errors > 0 && me.pc == answered -> errors--; hear_nothing(me)
		:: errors > 0 && me.pc == begun && me.holds -> errors--; let_row_go(me); hear_nothing(me)
		:: errors > 0 && me.pc == begun && !me.holds && a[ORPHAN].pc == idle ->
			errors--;
			if
			:: leave_orphan(me)
			:: skip
			fi;
			hear_nothing(me)
#ifdef FAULT_ASK_UNKNOWN
		:: me.pc == ask ->
			if
			:: row.last == me.typed && me.typed != GUESS -> me.verdict = yes; me.seq = row.version; me.pc = tell
			:: else -> forget(me)
			fi
#endif
		fi;
		sort() }
	:: OVER -> break
	od
}

/* One that waits for the row is one of several hosts, and stays. The holder loses the connection, and with it the row. */
inline cut_one(who)
{
	if
	:: who.holds -> forget(who)
	:: else
	fi
}

inline cut_power()
{
	cuts--;
	copy(row, row_disk);
	locked = 0;
	cut_one(a[0]); cut_one(a[1]); cut_one(a[2]);
#if AGENTS > 2
	cut_one(a[3]);
#endif
	forget(a[ORPHAN]);
	check_boot(row, row.version, row)
}

inline carry_out_orphan()
{
	if
	:: row.version + 1 == a[ORPHAN].seq -> carry_out(a[ORPHAN], a[ORPHAN].losses)
	:: else
	fi;
	forget(a[ORPHAN])
}

/* As `enroll` leaves it. */
inline set_up()
{
	row.version = 1;
	copy(row_disk, row)
}

/* The file store. Two slots with a number each; the higher one is in force, the older one is written next.
 *
 *     model            lib/store/file
 *     cached, disk     what pread sees; what a power cut leaves. A slot that was being written may be torn, unless the same bytes
 *                      were there already.
 *     locked           the robust mutex: the death of its holder frees it
 *     in_doubt         orphaned: the last holder died in the lock; kept beside the mutex until a repair is synced, gone with the
 *                      page cache at a power cut
 *     repair           writes the slot in force once more, in place, and syncs it, before the other one may be overwritten
 *     take_back        a slot that could not be synced is made invalid
 *     make_temp ...    temporary file, fsync, rename, fsync of the directory
 *
 * Readers see what is not synced yet. One that takes the lock over from a dead holder therefore cannot know whether the slot in
 * force is on the disk: were the other one overwritten, a power cut could leave neither. FAULT_TRUST_UNSYNCED does that. Syncing
 * alone is not enough (FAULT_REPAIR_BY_SYNC): a page whose sync failed counts as written. The model has one account: where a mutex
 * serves several, the repair is of the file that the dead holder wrote. */

typedef stored_slot {
	byte seq;       /* 0: does not verify */
	byte last;
	byte fails;
};

stored_slot cached[2], disk[2];
bit dirty[2];
bit locked, in_doubt, frozen;
stored_account account, account_disk;
bit account_dirty;      /* renamed, directory not synced */
bit temp_unsynced;      /* the content of the temporary file, and */
bit account_unsynced;   /* of the one that was renamed */

#define NEWEST (cached[1].seq > cached[0].seq)
#define IS_SAME(i) (cached[i].seq == disk[i].seq && cached[i].last == disk[i].last && cached[i].fails == disk[i].fails)
#define SURE(i) (!dirty[i] || IS_SAME(i) -> disk[i].seq : 0)
#define DURABLE (SURE(0) > SURE(1) -> SURE(0) : SURE(1))
/* A frozen process takes no step; only its death lets others on. */
#define RUNS !(me.holds && frozen)

inline copy(to, from)
{
	to.seq = from.seq; to.last = from.last; to.fails = from.fails
}

inline invalidate(one)
{
	one.seq = 0; one.last = 0; one.fails = 0
}

/* What becomes of a written page whose sync failed, or that the power cut caught. */
inline lose(i)
{
	if
	:: dirty[i] && !IS_SAME(i) ->
		if
		:: skip
		:: copy(disk[i], cached[i])
		:: invalidate(disk[i])
		fi
	:: else
	fi;
	dirty[i] = 0
}

inline flush(i)
{
	if
	:: dirty[i] -> copy(disk[i], cached[i]); dirty[i] = 0
	:: else
	fi
}

inline give_up_lock(who)
{
	who.holds = 0;
	locked = 0
}

inline die(who)
{
	if
	:: who.holds ->
#ifdef FAULT_NOT_ROBUST
		who.holds = 0
#else
		give_up_lock(who);
		in_doubt = 1
#endif
	:: else
	fi;
	forget(who)
}

inline take_lock(who)
{
#ifndef FAULT_NO_LOCK
	locked = 1;
#endif
	who.holds = 1;
	who.pc = judge;
#ifndef FAULT_TRUST_UNSYNCED
	if
	:: in_doubt -> who.pc = repair
	:: else
	fi
#endif
}

/* The edit of an attempt sees the account and the counters that the commit replaces. */
inline judge_attempt(who)
{
	if
#ifndef FAULT_SKIP_GENERATION
	:: who.gen != account.gen -> who.pc = leave /* STALE: nothing is judged, so nothing is counted */
	:: else ->
#else
	:: true ->
#endif
#ifdef FAULT_LOADED_ROW
		decide(who, who.fails, who.last, account.disabled);
#else
		decide(who, cached[NEWEST].fails, cached[NEWEST].last, account.disabled);
#endif
		who.pc = write
	fi
}

inline judge_edit(who)
{
	who.fails = cached[NEWEST].fails;
	who.last = cached[NEWEST].last;
	who.gen = account.gen + 1;
	who.verdict = done;
	who.pc = (who.typed == CHANGE -> write : make_temp)
}

inline place(who)
{
	if
	:: who.pc == write ->
		who.seq = cached[NEWEST].seq + 1;
#ifdef FAULT_WRITE_LAST_COMMIT
		who.slot = NEWEST
#else
		who.slot = 1 - NEWEST
#endif
	:: else
	fi
}

inline store(who)
{
	cached[who.slot].seq = who.seq;
	cached[who.slot].last = who.last;
	cached[who.slot].fails = who.fails;
	dirty[who.slot] = 1;
	clears(who)
}

/* fdatasync: the whole file. */
inline sync_or_fail(who, then, otherwise)
{
	if
	:: flush(0); flush(1); who.pc = then
	:: errors > 0 -> errors--; lose(0); lose(1); who.pc = otherwise
	fi
}

inline keep_account()
{
	account_disk.gen = (account_unsynced -> TORN : account.gen);
	account_disk.disabled = account.disabled;
	account_dirty = 0
}

proctype run_party(byte own)
{
	do
	:: atomic {
		if
		:: own < AGENTS && me.pc == idle && tries > 0 -> /* begin */
			type(me);
			me.gen = account.gen;
#ifdef FAULT_LOADED_ROW
			me.fails = cached[NEWEST].fails;
			me.last = cached[NEWEST].last;
#endif
			me.pc = begun
		:: own == DESK && me.pc == idle && edits > 0 -> choose_edit(me); me.pc = begun
		:: me.pc == begun && !locked -> take_lock(me)
		:: me.pc == repair && RUNS ->
#ifndef FAULT_REPAIR_BY_SYNC
			dirty[NEWEST] = 1;
#endif
			me.pc = repair_sync
		:: me.pc == repair_sync && RUNS ->
			sync_or_fail(me, judge, leave);
			if
#ifdef FAULT_FORGET_DOUBT
			:: true -> in_doubt = 0
#else
			:: me.pc == judge -> in_doubt = 0
#endif
			:: else
			fi
		:: me.pc == judge && RUNS ->
			assert(cached[0].seq != cached[1].seq);
			if
			:: own == DESK -> judge_edit(me)
			:: else -> judge_attempt(me)
			fi;
			place(me)
		:: me.pc == write && RUNS ->
			store(me);
#ifdef FAULT_TELL_BEFORE_SYNC
			me.pc = leave
#else
			me.pc = sync
#endif
		:: me.pc == sync && RUNS ->
#ifdef FAULT_RETRY_SYNC
			sync_or_fail(me, leave, sync);
#else
			sync_or_fail(me, leave, take_back);
#endif
			if
			:: me.pc == leave && own != DESK -> landed(me, account)
			:: me.pc == leave && own == DESK -> me.pc = make_temp
			:: else
			fi
		:: me.pc == take_back && RUNS ->
#ifndef FAULT_KEEP_FAILED
			invalidate(cached[me.slot]);
			dirty[me.slot] = 1;
#endif
			me.verdict = 0;
			me.pc = leave
		:: me.pc == make_temp && RUNS ->
			temp_unsynced = 1;
#ifdef FAULT_RENAME_UNSYNCED
			me.pc = rename
#else
			me.pc = sync_temp
#endif
		:: me.pc == sync_temp && RUNS ->
			if
			:: temp_unsynced = 0; me.pc = rename
			:: errors > 0 -> errors--; me.verdict = 0; me.pc = leave
			fi
		:: me.pc == rename && RUNS ->
			account.gen = me.gen;
			account.disabled = account.disabled || me.typed == DISABLE;
			account_dirty = 1;
			account_unsynced = temp_unsynced;
#ifdef FAULT_TELL_BEFORE_RENAME_SYNC
			me.pc = leave
#else
			me.pc = sync_directory
#endif
		:: me.pc == sync_directory && RUNS ->
			if
			:: keep_account()
			:: errors > 0 -> errors--; me.verdict = 0 /* old or new after a power cut, and nobody was promised */
			fi;
			me.pc = leave
		:: me.pc == leave && RUNS -> /* unlock */
			give_up_lock(me);
			if
			:: me.verdict == 0 -> forget(me) /* an error is told, which says nothing about what was typed */
			:: else -> me.pc = tell
			fi
		:: me.pc == tell -> t = DURABLE; say(me, t)

		/* Killed. One that waits for the lock has changed nothing yet, and its death would hide that it waits for ever. */
		:: me.pc != idle && me.pc != begun && RUNS -> die(me)
		/* Stopped in the lock, and killed by the next who waits for it. */
		:: me.holds && !frozen -> frozen = 1
#ifdef FAULT_BREAK_LOCK
		:: me.holds && frozen -> frozen = 0; locked = 0
#elif !defined(FAULT_SPARE_LATE_HOLDER)
		:: me.holds && frozen -> frozen = 0; die(me)
#endif
		fi;
		sort() }
	:: OVER -> break
	od
}

inline cut_account()
{
	if
	:: account_dirty ->
		if
		:: keep_account()
		:: account_dirty = 0
		fi
	:: else
	fi;
	account.gen = account_disk.gen;
	account.disabled = account_disk.disabled;
	temp_unsynced = 0;
	account_unsynced = 0
}

inline cut_counters()
{
	lose(0); lose(1);
	copy(cached[0], disk[0]);
	copy(cached[1], disk[1]);
	in_doubt = 0
}

inline cut_power()
{
	cuts--;
	cut_counters();
	cut_account();
	locked = 0;
	frozen = 0;
	forget_all();
	check_boot(cached[NEWEST], cached[NEWEST].seq, account);
}

/* As `enroll` leaves it. */
inline set_up()
{
	disk[0].seq = 1; disk[1].seq = 2;
	copy(cached[0], disk[0]);
	copy(cached[1], disk[1])
}

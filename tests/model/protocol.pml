/* How an order goes from its commit to ready: the transactions, the outbox, the broker and the cooks, with whatever may
 * go wrong between them. Each proctype and inline names the file it mirrors; README.md says what is modelled and what
 * is not. Time is left out: whatever may happen later may happen now. Checked by check.sh.
 *
 * Sizes and how much may go wrong, all by -D: */
#ifndef ORDERS
#define ORDERS 1        /* 1 or 2; of two the second has the higher precedence */
#endif
#ifndef PREFETCH
#define PREFETCH 1
#endif
#ifndef CRASHES
#define CRASHES 1       /* kill -9 of a worker, or of a process that publishes */
#endif
#ifndef CUTS
#define CUTS 1          /* a worker loses its connection to the broker and lives on */
#endif
#ifndef DOUBTS
#define DOUBTS 1        /* a step's transaction fails, or its COMMIT is not answered */
#endif
#ifndef LATE
#define LATE 0          /* a publisher sleeps past the end of its lease */
#endif
#ifndef WIPES
#define WIPES 0         /* the broker loses everything it has */
#endif
#ifndef MISTAKES
#define MISTAKES 0      /* the reconciler takes for lost what is not */
#endif
#ifndef OVERTAKES
#define OVERTAKES 2     /* see README.md, "What is assumed" */
#endif
#ifndef MESSAGES
#define MESSAGES 3      /* message ids in use at a time; one that nothing names any more is used again */
#endif
#ifndef RELAYS
#define RELAYS 2        /* processes that publish; the second one only matters to a row that both take */
#endif
#ifndef UPDATES
#define UPDATES 1       /* 0: without the status updates, which nothing depends on */
#endif
#define WORKERS 2
#define TURNS 2         /* deliveries that one worker rules on */
#define QUEUE 8

/* ---- PostgreSQL: what is committed ------------------------------------------------------------------------------- */

#define ABSENT 0
#define WAITING 1       /* received, waiting_since set */
#define COOKING 2
#define READY 3

typedef Order {
  unsigned status : 2;
  bit claimed;               /* claim IS NOT NULL. Whose it is: Hold.mine, Turn.mine */
  unsigned message : 3;      /* claimed_message */
  bit logged_cooking;        /* rows of order_status_log */
  bit logged_ready;
  bit owes_cooking;          /* outbox rows of status updates */
  bit owes_ready;
}
Order orders[ORDERS];

typedef Row {                /* a message that asks for an order; its index is its message_id */
  bit pending;               /* stands in the outbox */
  bit leased;
  unsigned order : 1;        /* whom its body names, as long as anything knows the message */
}
Row outbox[MESSAGES + 1];    /* 0: none */

bit told_cooking[ORDERS];    /* what subscribers were told */
bit told_ready[ORDERS];

/* ---- RabbitMQ ---------------------------------------------------------------------------------------------------- */

chan queue = [QUEUE] of { byte, bit };          /* message_id, redelivered */
#define put_back(message) assert(nfull(queue)); queue!message,1

/* ---- the memory of a worker -------------------------------------------------------------------------------------- */

#define NOTHING 0
#define RULING 1             /* its turn is on its way to the claims thread */
#define IN_WORK 2            /* Hold.cooking */
#define DONE 3               /* its finish came back: written, */
#define LOST 4               /* somebody else has the claim, */
#define FAILED 5             /* or nobody knows */

typedef Hold {               /* app/hands.hpp; one for an order at most */
  unsigned state : 3;
  unsigned message : 3;
  bit live;                  /* its tag is of the present connection: the broker has it as unacknowledged */
  bit mine;                  /* orders.claim is this hold's */
}

#define NEW 1
#define WON 2
#define DROPPED 3
#define UNKNOWN 4

typedef Turn {               /* app/turn.hpp, and what the claim said */
  unsigned state : 3;
  unsigned message : 3;
  unsigned order : 1;
  bit redelivered;
  bit live;
  bit in_hand;               /* hands_.of_turn finds it */
  unsigned won : 1;          /* the order that it starts or resumes */
  bit mine;
}

typedef Worker {
  Hold hold[ORDERS];
  Turn turn[TURNS];
  byte of_message[MESSAGES + 1];   /* order + 1; Hands::messages_ */
}
Worker workers[WORKERS];

unsigned in_relay_0 : 3;     /* the message that a relay has in hand */
unsigned in_relay_1 : 3;

byte crashes = CRASHES, cuts = CUTS, doubts = DOUBTS, late = LATE, wipes = WIPES, mistakes = MISTAKES,
     overtakes = OVERTAKES;

/* ---- expressions ------------------------------------------------------------------------------------------------- */

#define alone(w, t) (workers[w].turn[t].state != NOTHING && workers[w].turn[t].live && !workers[w].turn[t].in_hand)
#define turn_mine(t, o) (t.mine && t.won == o)
#define worker_mine(w, o) (workers[w].hold[o].mine || turn_mine(workers[w].turn[0], o) || turn_mine(workers[w].turn[1], o))
#define somebody_s(o) (worker_mine(0, o) || worker_mine(1, o))
#define no_turns (workers[0].turn[0].state == NOTHING && workers[1].turn[0].state == NOTHING)
#define asked_for(o) ((outbox[1].pending && outbox[1].order == o) || (outbox[2].pending && outbox[2].order == o) || \
                      (outbox[3].pending && outbox[3].order == o) MORE_ASKED(o))
#if MESSAGES == 3
#define MORE_ASKED(o)
#elif MESSAGES == 4
#define MORE_ASKED(o) || (outbox[4].pending && outbox[4].order == o)
#elif MESSAGES == 6
#define MORE_ASKED(o) || (outbox[4].pending && outbox[4].order == o) || (outbox[5].pending && outbox[5].order == o) || \
                      (outbox[6].pending && outbox[6].order == o)
#endif

#define first workers[w].turn[0]       /* the turn that worker w rules on */

/* The redelivered message of turn t would take order o from somebody who lives. */
#define takes_over(t, o) (t.redelivered && orders[o].status == COOKING && orders[o].claimed && \
                          orders[o].message == t.message && somebody_s(o))
#define settled_order(o) ((orders[o].status == ABSENT || orders[o].status == READY) && !orders[o].claimed && \
                          !orders[o].owes_cooking && !orders[o].owes_ready && \
                          (orders[o].status == ABSENT || !UPDATES || (told_cooking[o] && told_ready[o])) && !asked_for(o))
#define idle(w) (unacknowledged(w) == 0 && workers[w].turn[0].state == NOTHING)

#if ORDERS == 1
#define unacknowledged(w) (workers[w].hold[0].live + alone(w, 0) + alone(w, 1))
#define overtakes_somebody(t) takes_over(t, 0)
#define all_settled settled_order(0)
#else
#define unacknowledged(w) (workers[w].hold[0].live + workers[w].hold[1].live + alone(w, 0) + alone(w, 1))
#define overtakes_somebody(t) (takes_over(t, 0) || takes_over(t, 1))
#define all_settled (settled_order(0) && settled_order(1))
#endif

/* No order is lost, none keeps a claim, each change is announced, each message dealt with. */
#define settled (all_settled && len(queue) == 0 && idle(0) && idle(1))
ltl everything_settles { [] <> settled }

/* ---- pieces of transactions -------------------------------------------------------------------------------------- */

hidden byte i_, j_, found_, free_;
hidden byte live_, named_, id_, mine_, won_, back_, what_;

/* Whether anything still names message m: then its id is not free. */
inline look_for(m) {
  found_ = outbox[m].pending || in_relay_0 == m || in_relay_1 == m || queue??[eval(m), 0] || queue??[eval(m), 1];
  for (i_ : 0 .. ORDERS - 1) {
    found_ = found_ || (orders[i_].claimed && orders[i_].message == m);
    for (j_ : 0 .. WORKERS - 1) {
      found_ = found_ || (workers[j_].hold[i_].state != NOTHING && workers[j_].hold[i_].message == m)
    }
  }
  for (j_ : 0 .. WORKERS - 1) {
    for (i_ : 0 .. TURNS - 1) {
      found_ = found_ || (workers[j_].turn[i_].state != NOTHING && workers[j_].turn[i_].message == m)
    }
  }
}

/* libs/outbox/src/store.cpp append: a row that asks for order o, with an id of its own. */
inline append_request(o) {
  free_ = 1;
  do
  :: look_for(free_);
     if
     :: found_ -> free_++; assert(free_ <= MESSAGES)   /* MESSAGES is too small for this check */
     :: else -> break
     fi
  od;
  outbox[free_].pending = 1;
  outbox[free_].leased = 0;
  outbox[free_].order = o;
  printf("database: message %d is owed, it asks for order %d\n", free_, o)
}

/* A fresh claim, or none, on order o: whoever had it has it no longer. */
inline forget_claims(o) {
  for (i_ : 0 .. WORKERS - 1) {
    workers[i_].hold[o].mine = 0;
    for (j_ : 0 .. TURNS - 1) {
      if
      :: workers[i_].turn[j_].won == o -> workers[i_].turn[j_].mine = 0
      :: else
      fi
    }
  }
}

/* services/kitchen/adapters/sql.hpp kStart */
inline start(o, w) {
  assert(!orders[o].logged_cooking);             /* one log row for a transition, none twice */
  assert(orders[o].status == WAITING);           /* no way back */
  orders[o].status = COOKING;
  orders[o].logged_cooking = 1;
  orders[o].owes_cooking = UPDATES;
  resume(o, w)
}

/* services/kitchen/adapters/sql.hpp kResume */
inline resume(o, w) {
  forget_claims(o);
  orders[o].claimed = 1;
  orders[o].message = first.message;
  first.mine = 1;
  first.won = o;
  first.state = WON;
  printf("cook %d: claims order %d under message %d\n", w, o, first.message)
}

/* services/kitchen/app/claim_rule.cpp rule_on, and what ClaimBatch does with the ruling */
inline rule_on(o, w) {
  if
#ifdef BUG_CLAIM_WITHOUT_CHECKING
  :: orders[o].status != ABSENT -> start(o, w)
#else
  :: orders[o].status == WAITING -> start(o, w)
  :: orders[o].status == COOKING &&
     (!orders[o].claimed || (first.redelivered && orders[o].message == first.message)) -> resume(o, w)
#endif
  :: else -> first.state = DROPPED; printf("cook %d: message %d is a duplicate\n", w, first.message)
  fi
}

/* services/kitchen/adapters/sql_claims.cpp ClaimBatch::rule and let_higher_orders_first, for a batch of one */
inline claim(w, passed_over) {
#if ORDERS == 2
#define other (1 - first.order)
  if
  :: orders[other].status == COOKING && orders[other].claimed && orders[other].message == first.message ->
     /* The message stands for the other order, which took its turn. */
     if
     :: orders[first.order].status == WAITING -> named_ = first.order; append_request(named_); first.state = DROPPED
     :: else
     fi;
     if
     :: first.redelivered -> named_ = other; rule_on(named_, w)
     :: !first.redelivered && first.state == NEW -> named_ = first.order; rule_on(named_, w)
     :: else
     fi
  :: else ->
     if
     :: first.order == 0 && orders[0].status == WAITING && orders[1].status == WAITING && !passed_over ->
        append_request(0);                       /* order 1 goes first, under this message */
        start(1, w)
     :: else -> named_ = first.order; rule_on(named_, w)
     fi
  fi
#else
  rule_on(0, w)
#endif
}

/* services/kitchen/adapters/sql.hpp kFinish */
inline finish(o, w) {
  if
#ifdef BUG_READY_UNGUARDED
  :: true ->
#else
  :: orders[o].status == COOKING && workers[w].hold[o].mine ->
#endif
     assert(!orders[o].logged_ready);
     orders[o].status = READY;
     orders[o].logged_ready = 1;
     orders[o].owes_ready = UPDATES;
     orders[o].claimed = 0;
     orders[o].message = 0;
     forget_claims(o);
     workers[w].hold[o].state = DONE;
     printf("cook %d: order %d is ready\n", w, o)
#ifndef BUG_READY_UNGUARDED
  :: else -> workers[w].hold[o].state = LOST; printf("cook %d: has lost order %d\n", w, o)
#endif
  fi
}

/* ---- pieces of a worker's memory --------------------------------------------------------------------------------- */

/* Hands::forget_message, and the hold itself */
inline forget_hold(w, o) {
  if
  :: workers[w].of_message[workers[w].hold[o].message] == o + 1 ->
     workers[w].of_message[workers[w].hold[o].message] = 0
  :: else
  fi;
  workers[w].hold[o].state = NOTHING;
  workers[w].hold[o].message = 0;
  workers[w].hold[o].live = 0;
  workers[w].hold[o].mine = 0
}

/* Hands::put */
inline put_hold(w, o, what, m, is_live, is_mine) {
  forget_hold(w, o);
  workers[w].hold[o].state = what;
  workers[w].hold[o].message = m;
  workers[w].hold[o].live = is_live;
  workers[w].hold[o].mine = is_mine;
  workers[w].of_message[m] = o + 1
}

inline clear_turn(w, t) {
  workers[w].turn[t].state = NOTHING;
  workers[w].turn[t].message = 0;
  workers[w].turn[t].order = 0;
  workers[w].turn[t].redelivered = 0;
  workers[w].turn[t].live = 0;
  workers[w].turn[t].in_hand = 0;
  workers[w].turn[t].won = 0;
  workers[w].turn[t].mine = 0
}

/* The first turn is dealt with; the next one is first. */
inline next_turn(w) {
  first.state = workers[w].turn[1].state;
  first.message = workers[w].turn[1].message;
  first.order = workers[w].turn[1].order;
  first.redelivered = workers[w].turn[1].redelivered;
  first.live = workers[w].turn[1].live;
  first.in_hand = workers[w].turn[1].in_hand;
  first.won = 0;
  first.mine = 0;
  clear_turn(w, 1)
}

/* Kitchen::let_go of the first turn: its delivery is acknowledged or put back. */
inline let_go(w, back) {
  live_ = first.live;
  if
  :: first.in_hand ->
     named_ = first.order;
     live_ = workers[w].hold[named_].live;
     forget_hold(w, named_)
  :: else
  fi;
  if
  :: live_ && back -> printf("cook %d: puts message %d back\n", w, first.message); put_back(first.message)
  :: else
  fi
}

/* Kitchen::cook: the first turn's delivery stands for the order that it won from now on. */
inline cook(w, o) {
  live_ = first.live;
  if
  :: first.in_hand ->
     named_ = first.order;
     live_ = workers[w].hold[named_].live;
     forget_hold(w, named_)
  :: else
  fi;
  if
  :: workers[w].hold[o].state >= IN_WORK && workers[w].hold[o].live ->
     printf("cook %d: puts message %d back, order %d is under another\n", w, workers[w].hold[o].message, o);
     put_back(workers[w].hold[o].message)
  :: workers[w].hold[o].state == RULING ->
     /* The other turn is alone from now on. */
     assert(workers[w].turn[1].in_hand && workers[w].turn[1].order == o);
     assert(workers[w].hold[o].live <= workers[w].turn[1].live);   /* or a delivery would be in nobody's hand */
     workers[w].turn[1].in_hand = 0
  :: else
  fi;
  id_ = first.message;
  mine_ = first.mine;
  put_hold(w, o, IN_WORK, id_, live_, mine_)
}

/* ---- the processes ----------------------------------------------------------------------------------------------- */

/* services/order/adapters/sql_order_store.cpp write: the order and its outbox row in one transaction. */
proctype order_service(byte o) {
  atomic {
    orders[o].status = WAITING;
#ifndef BUG_PUBLISH_WITHOUT_OUTBOX
    append_request(o)
#endif
  }
#ifdef BUG_PUBLISH_WITHOUT_OUTBOX
  atomic {
    if
    :: crashes > 0 -> crashes--
    :: outbox[o + 1].order = o; queue!o + 1,0
    fi
  }
#endif
}

#define SWEEPABLE(m) (outbox[m].pending && !outbox[m].leased)
#if MESSAGES == 3
#define MORE_SWEEPABLE
#elif MESSAGES == 4
#define MORE_SWEEPABLE || SWEEPABLE(4)
#elif MESSAGES == 6
#define MORE_SWEEPABLE || SWEEPABLE(4) || SWEEPABLE(5) || SWEEPABLE(6)
#endif

/* libs/outbox/src/relay.cpp, in each process that writes: takes a row, publishes it, deletes it when it is confirmed. */
proctype relay(bit self) {
  byte m;
  bit sent;
#define set_in_hand(value) if :: self == 0 -> in_relay_0 = value :: else -> in_relay_1 = value fi
#define leave set_in_hand(0); m = 0; sent = 0
end:
  do
  :: d_step {                                    /* store.cpp kTakeDue, or hand_over after the commit */
       m == 0 && (SWEEPABLE(1) || SWEEPABLE(2) || SWEEPABLE(3) MORE_SWEEPABLE) ->
       m = 1;
       do
       :: SWEEPABLE(m) -> break
       :: else -> m++
       od;
       outbox[m].leased = 1;
       set_in_hand(m)
     }
  :: d_step { m != 0 && !sent && nfull(queue) -> queue!m,0; sent = 1; printf("relay %d: publishes message %d\n", self, m) }
  :: d_step { m != 0 && sent -> outbox[m].pending = 0; outbox[m].leased = 0; leave }   /* confirmed: kRemove */
  :: d_step { m != 0 && crashes > 0 -> crashes--; outbox[m].leased = 0; printf("relay %d: dies with message %d\n", self, m); leave }        /* or nacked: kRelease */
  :: d_step { m != 0 && late > 0 -> late--; outbox[m].leased = 0; printf("relay %d: its lease on message %d is over\n", self, m) }
  od
}
/* The same for the rows of status updates: told at least once, since the row goes only afterwards. */
proctype announcer(byte o) {
end:
  do
  :: d_step { orders[o].owes_cooking -> assert(orders[o].logged_cooking); told_cooking[o] = 1; orders[o].owes_cooking = 0 }
  :: d_step { orders[o].owes_ready -> assert(orders[o].logged_ready); told_ready[o] = 1; orders[o].owes_ready = 0 }
  od
}

/* libs/messaging/src/consumer.cpp, and Kitchen::take in services/kitchen/app/kitchen.cpp: the thread of the connection.
 * A parked delivery goes back at once; the claims thread has its time all the same. */
proctype consumer(byte w) {
  byte m, o;
  bit again;
#define me workers[w]
end:
  do
  :: d_step {
       unacknowledged(w) < PREFETCH && me.turn[1].state == NOTHING && nempty(queue) ->
       queue?m,again;
       printf("cook %d: is delivered message %d, again: %d\n", w, m, again);
       o = outbox[m].order;
       i_ = me.of_message[m];
       what_ = (i_ == 0 -> NOTHING : me.hold[i_ - 1].state);
#ifdef BUG_ADOPT_WHILE_FINISHING
       if
       :: what_ > IN_WORK -> what_ = IN_WORK
       :: else
       fi;
#endif
       if
       :: what_ > IN_WORK || (what_ == RULING && me.hold[i_ - 1].live) ->
          printf("cook %d: parks it\n", w);               /* what it stands for is being settled */
          put_back(m)
       :: what_ == IN_WORK && me.hold[i_ - 1].live ->
          printf("cook %d: has another copy in hand, acks\n", w)
       :: (what_ == RULING || what_ == IN_WORK) && !me.hold[i_ - 1].live ->
          printf("cook %d: adopts it\n", w);              /* over a new connection */
          me.hold[i_ - 1].live = 1
       :: what_ == NOTHING && me.hold[o].state == RULING ->
          printf("cook %d: parks it\n", w);
          put_back(m)
#ifdef BUG_DROP_UNRULED
       :: what_ == NOTHING && me.hold[o].state >= IN_WORK ->
          printf("cook %d: cooks order %d already, acks\n", w, o)
#endif
       :: else ->
          i_ = (me.turn[0].state == NOTHING -> 0 : 1);
          me.turn[i_].state = NEW;
          me.turn[i_].message = m;
          me.turn[i_].order = o;
          me.turn[i_].redelivered = again;
#ifdef BUG_ACK_BEFORE_COMMIT
          live_ = 0;
#else
          live_ = 1;
#endif
          me.turn[i_].live = live_;
          if
          :: me.hold[o].state == NOTHING ->
             me.turn[i_].in_hand = 1;
             put_hold(w, o, RULING, m, live_, 0)
          :: else                                          /* it may stand for another order: ruled on alone */
          fi
       fi;
       m = 0; o = 0; again = 0
     }
  od
}

/* services/kitchen/app/kitchen_steps.cpp: the claims thread. The transaction, and what the memory makes of its answer. */
proctype claims(byte w) {
#ifdef RULED_IN_TIME
#define in_time first.live
#else
#define in_time true
#endif
end:
  do
  :: atomic {
       first.state == NEW && (overtakes > 0 || !overtakes_somebody(first)) ->
       d_step { if :: overtakes_somebody(first) -> overtakes-- :: else fi }
       if
#ifdef RULED_IN_TIME
       :: !first.live -> first.state = UNKNOWN
#endif
       :: in_time -> d_step { claim(w, 0) }
#if ORDERS == 2
       :: in_time && first.order == 0 && orders[1].status == WAITING -> d_step { claim(w, 1) }   /* SKIP LOCKED: being taken */
#endif
       :: in_time && doubts > 0 -> d_step { doubts--; printf("cook %d: is not told about this commit\n", w); claim(w, 0); first.mine = 0; first.won = 0; first.state = UNKNOWN }
       :: doubts > 0 ->
          d_step {
            doubts--;
            printf("cook %d: this claim is not committed\n", w);
            first.state = UNKNOWN;
#ifdef BUG_ANNOUNCE_BEFORE_COMMIT
            told_cooking[first.order] = 1;
#endif
            assert(orders[first.order].logged_cooking || !told_cooking[first.order])
          }
       fi
     }
  :: d_step {
       first.state > NEW ->
       if
       :: first.state == WON -> won_ = first.won; cook(w, won_)
       :: first.state == UNKNOWN -> let_go(w, 1)
       :: first.state == DROPPED ->
          /* Kitchen::drop: if its message came back since, the ruling was on the delivery before. */
          back_ = first.in_hand && workers[w].hold[first.order].live != first.live;
          let_go(w, back_)
       fi;
       next_turn(w)
     }
  od
}

/* services/kitchen/app/kitchen_steps.cpp: the finishes thread, once the timer is over. */
proctype finishes(byte w) {
  byte o;
#define held workers[w].hold[o]
end:
  do
  :: atomic {
       (workers[w].hold[0].state == IN_WORK || workers[w].hold[ORDERS - 1].state == IN_WORK) ->
       if
       :: workers[w].hold[0].state == IN_WORK -> o = 0
       :: workers[w].hold[ORDERS - 1].state == IN_WORK -> o = ORDERS - 1
       fi;
       if
       :: true -> d_step { finish(o, w) }
       :: doubts > 0 -> d_step { doubts--; printf("cook %d: is not told about this commit\n", w); finish(o, w); held.state = FAILED }
       :: doubts > 0 -> d_step { doubts--; printf("cook %d: this finish is not committed\n", w); held.state = FAILED }
       fi;
       o = 0
     }
  :: d_step {
       (workers[w].hold[0].state > IN_WORK || workers[w].hold[ORDERS - 1].state > IN_WORK) ->
       o = (workers[w].hold[0].state > IN_WORK -> 0 : ORDERS - 1);
       if
       :: held.state != DONE && held.live -> printf("cook %d: puts message %d back\n", w, held.message); put_back(held.message)
       :: else                                             /* ack, after the commit */
       fi;
       forget_hold(w, o);
       o = 0
     }
  od
}

/* Everything that worker w has not acknowledged goes back to the queue, or is gone with the broker. */
inline drop_connection(w, back) {
  for (i_ : 0 .. TURNS - 1) {
    if
    :: back && alone(w, i_) -> put_back(workers[w].turn[i_].message)
    :: else
    fi;
    workers[w].turn[i_].live = 0
  }
  for (i_ : 0 .. ORDERS - 1) {
    if
    :: back && workers[w].hold[i_].live -> put_back(workers[w].hold[i_].message)
    :: else
    fi;
    workers[w].hold[i_].live = 0
  }
}

/* kill -9 at any moment; it is started again. What it claimed it does not know any more. */
inline crash(w) {
  drop_connection(w, 1);
  for (i_ : 0 .. TURNS - 1) { clear_turn(w, i_) }
  for (i_ : 0 .. ORDERS - 1) { forget_hold(w, i_) }
  for (i_ : 0 .. MESSAGES) { workers[w].of_message[i_] = 0 }
}

proctype faults() {
  byte w;
end:
  do
  :: atomic { crashes > 0 -> if :: w = 0 :: w = 1 fi; d_step { crashes--; printf("cook %d: killed\n", w); crash(w); w = 0 } }
  :: atomic { cuts > 0 -> if :: w = 0 :: w = 1 fi; d_step { cuts--; printf("cook %d: connection lost\n", w); drop_connection(w, 1); w = 0 } }
  :: d_step {
       wipes > 0 ->
       wipes--;
       printf("broker: wiped\n");
       drop_connection(0, 0);
       drop_connection(1, 0);
       do
       :: queue?w,_
       :: empty(queue) -> break
       od;
       w = 0
     }
#ifdef CALM
  :: d_step {                                    /* no more of it: what is stuck now is stuck for ever */
       crashes > 0 || cuts > 0 || doubts > 0 || late > 0 || wipes > 0 || mistakes > 0 ->
       crashes = 0; cuts = 0; doubts = 0; late = 0; wipes = 0; mistakes = 0
     }
  :: d_step { timeout -> assert(settled) }
#endif
  od
}

#ifdef RECONCILER
/* The reconciler in services/order: what is lost is asked for anew, without the claim of whoever was lost with it. It
 * judges by time and by the broker's answers; here it is right, or MISTAKES times wrong. */
proctype reconciler(byte o) {
#ifdef ONLY_MISTAKES
#define is_lost(o) false                                   /* what it heals otherwise would hide what a mistake breaks */
#else
#define is_lost(o) (len(queue) == 0 && no_turns && !somebody_s(o))
#endif
#define open (orders[o].status == WAITING || orders[o].status == COOKING)
end:
  do
  :: d_step {
       open && !asked_for(o) && (is_lost(o) || mistakes > 0) ->
       if
       :: is_lost(o)
       :: else -> mistakes--
       fi;
       printf("reconciler: order %d is lost\n", o);
       forget_claims(o);
       orders[o].claimed = 0;
       orders[o].message = 0;
       append_request(o)
     }
  od
}
#endif

inline run_order(o) {
  run order_service(o);
#if UPDATES
  run announcer(o);
#endif
#ifdef RECONCILER
  run reconciler(o);
#endif
}

inline run_worker(w) {
  run consumer(w);
  run claims(w);
  run finishes(w)
}

init {
  atomic {
    run_order(0);
#if ORDERS == 2
    run_order(1);
#endif
    run relay(0);
#if RELAYS == 2
    run relay(1);
#endif
    run_worker(0);
    run_worker(1);
    run faults()
  }
}
